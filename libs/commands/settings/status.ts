/** MS-ASCMD 2.2.3.177.15; 168 of MS-ASRM: rights management is not offered. */
export const SettingsStatus = {
  success: 1,
  protocolError: 2,
  accessDenied: 3,
  serverUnavailable: 4,
  invalidArguments: 5,
  conflictingArguments: 6,
  deniedByPolicy: 7,
  rightsManagementOff: 168,
} as const;
