/** What a client tells of itself with every request. */
export interface ClientSigns {
  readonly deviceId: string;
  readonly deviceType: string;
  readonly userAgent: string;
}

/** What is done otherwise for one client than for the rest. Each value is read in exactly one place. */
export interface ClientProfile {
  /** Tell of ASP.NET in OPTIONS: a client takes it as the sign of a server that speaks 16.x. */
  readonly aspNetVersion: boolean;
  /** The account is only being checked: requests are answered without a body and never make a device. */
  readonly accountCheck: boolean;
  /** Seconds without a byte after which a running answer gets one (trap 11). */
  readonly keepAlive: number;
  /** Longest time in seconds a Ping or Sync is held, whatever the client asked for; null is as asked. */
  readonly longestWait: number | null;
  /** Send to Provision by HTTP 449 at every version, not by a Status from 14.0 on (trap 9). */
  readonly provisionByHttp: boolean;
  /** Let in without a policy even where policies are required. */
  readonly unprovisioned: boolean;
  /** Give signed mail whole, as MIME, also to a client that asked for no MIME. */
  readonly mimeForSigned: boolean;
  /** Leave out the Flag of a mail that has none, where others get an empty element. */
  readonly noEmptyFlag: boolean;
  /** Give a GAL hit an empty FirstName rather than none. */
  readonly alwaysFirstName: boolean;
  /** CollectionId 0 in a search means every folder. */
  readonly zeroIsEveryFolder: boolean;
  /** Hour (UTC) at which a birthday or anniversary is told (trap 97). */
  readonly birthdayHour: number;
  /** Birthdays come as midnight of the phone's own zone: the nearest midnight of UTC is the day. */
  readonly birthdaysAreLocal: boolean;
  /** Time-zone blobs without names in them. */
  readonly namelessZones: boolean;
  /** An empty Picture in a change of a contact means the one there is. */
  readonly emptyPictureKeeps: boolean;
  /** An empty Supported is as if there were none. */
  readonly emptySupportedIsNone: boolean;
  /** What the change of an item leaves out stays, whatever Supported said (trap 53). */
  readonly keepsOmitted: boolean;
}

/** The profile of a client without quirks. */
export const plainProfile: ClientProfile = {
  aspNetVersion: false,
  accountCheck: false,
  keepAlive: 15,
  longestWait: null,
  provisionByHttp: false,
  unprovisioned: false,
  mimeForSigned: false,
  noEmptyFlag: false,
  alwaysFirstName: false,
  zeroIsEveryFolder: false,
  birthdayHour: 0,
  birthdaysAreLocal: false,
  namelessZones: false,
  emptyPictureKeeps: false,
  emptySupportedIsNone: false,
  keepsOmitted: false,
};
