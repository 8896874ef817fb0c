import { z } from 'zod';
import { key, section } from './declare.js';

const flag = (fallback: boolean, prose: string) => key(z.boolean().default(fallback), prose);
const count = (fallback: number, min: number, max: number, prose: string) =>
  key(z.number().int().min(min).max(max).default(fallback), prose);
/** `unsignedByteOrEmpty`, `unsignedIntOrEmpty` (MS-ASPROV 2.2.3.2, 2.2.3.3): null leaves the matter to the phone. */
const limit = (min: number, max: number, prose: string) =>
  key(z.number().int().min(min).max(max).nullable().default(null), `${prose} \`null\`: no limit.`, {
    expects: `a whole number from ${min} to ${max}, or null`,
  });
/** A list that an empty one is not the same as: null asks nothing of the phone. */
const texts = (item: z.ZodString, prose: string, expects: string) =>
  key(z.array(item).max(1000).nullable().default(null), prose, { expects });

/**
 * The settings of EASProvisionDoc (MS-ASPROV 2.2.2.28) under the specification's own names and in the order of its
 * schema. The defaults forbid nothing: a policy that asks for nothing is accepted by every phone.
 */
export const policyKeys = section(
  'What phones are asked to enforce (MS-ASPROV 2.2.2.28). A changed setting makes every phone provision again.',
  {
    DevicePasswordEnabled: flag(
      false,
      'The phone must have a password; without it no password setting counts.',
    ),
    AlphanumericDevicePasswordRequired: flag(false, 'The password must have letters and digits.'),
    PasswordRecoveryEnabled: flag(false, 'The phone may leave a recovery password with the server.'),
    RequireStorageCardEncryption: flag(false, 'Storage cards must be encrypted.'),
    AttachmentsEnabled: flag(true, 'Attachments may be downloaded.'),
    MinDevicePasswordLength: limit(1, 16, 'Least number of characters of the password.'),
    MaxInactivityTimeDeviceLock: limit(1, 9999, 'Seconds without use until the phone locks.'),
    MaxDevicePasswordFailedAttempts: limit(4, 16, 'Wrong passwords until the phone wipes itself.'),
    MaxAttachmentSize: limit(0, 4294967295, 'Most bytes of an attachment the phone may download.'),
    AllowSimpleDevicePassword: flag(true, 'Passwords such as 1234 are allowed.'),
    DevicePasswordExpiration: limit(1, 730, 'Days until the password must be changed.'),
    DevicePasswordHistory: count(0, 0, 50, 'How many old passwords may not be used again.'),
    AllowStorageCard: flag(true, 'Storage cards may be used.'),
    AllowCamera: flag(true, 'The camera may be used.'),
    RequireDeviceEncryption: flag(false, 'The phone must be encrypted.'),
    AllowUnsignedApplications: flag(true, 'Unsigned applications may run.'),
    AllowUnsignedInstallationPackages: flag(true, 'Unsigned packages may be installed.'),
    MinDevicePasswordComplexCharacters: count(1, 1, 4, 'How many character groups the password must have.'),
    AllowWiFi: flag(true, 'Wi-Fi may be used.'),
    AllowTextMessaging: flag(true, 'Text messages may be sent.'),
    AllowPOPIMAPEmail: flag(true, 'Mail accounts by POP or IMAP may be set up.'),
    AllowBluetooth: count(2, 0, 2, 'Bluetooth: 0 off, 1 only hands-free, 2 allowed.'),
    AllowIrDA: flag(true, 'Infrared may be used.'),
    RequireManualSyncWhenRoaming: flag(false, 'No automatic sync while roaming.'),
    AllowDesktopSync: flag(true, 'The phone may sync with a computer.'),
    MaxCalendarAgeFilter: key(
      z.literal([0, 4, 5, 6, 7]).default(0),
      'Longest calendar window: 0 all, 4 two weeks, 5 one month, 6 three months, 7 six months.',
    ),
    AllowHTMLEmail: flag(true, 'Mail may be shown as HTML.'),
    MaxEmailAgeFilter: count(
      0,
      0,
      5,
      'Longest mail window: 0 all, 1 one day, 2 three days, 3 one week, 4 two weeks, 5 one month.',
    ),
    MaxEmailBodyTruncationSize: count(
      -1,
      -1,
      2147483647,
      'Most bytes of a plain-text body; -1 no limit, 0 headers only.',
    ),
    MaxEmailHTMLBodyTruncationSize: count(
      -1,
      -1,
      2147483647,
      'Most bytes of an HTML body; -1 no limit, 0 headers only.',
    ),
    RequireSignedSMIMEMessages: flag(false, 'Mail must be signed with S/MIME.'),
    RequireEncryptedSMIMEMessages: flag(false, 'Mail must be encrypted with S/MIME.'),
    RequireSignedSMIMEAlgorithm: count(0, 0, 1, 'Algorithm for signing: 0 SHA1, 1 MD5.'),
    RequireEncryptionSMIMEAlgorithm: count(
      0,
      0,
      4,
      'Algorithm for encryption: 0 3DES, 1 DES, 2 RC2-128, 3 RC2-64, 4 RC2-40.',
    ),
    AllowSMIMEEncryptionAlgorithmNegotiation: count(
      2,
      0,
      2,
      'Negotiation of the algorithm: 0 no, 1 strong ones, 2 any.',
    ),
    AllowSMIMESoftCerts: flag(true, 'Certificates may be kept in software.'),
    AllowBrowser: flag(true, 'The web browser may be used.'),
    AllowConsumerEmail: flag(true, 'Private mail accounts may be used.'),
    AllowRemoteDesktop: flag(true, 'Remote desktop may be used.'),
    AllowInternetSharing: flag(true, 'The phone may share its connection.'),
    UnapprovedInROMApplicationList: texts(
      z.string().min(1).max(260),
      'Names of applications built into the phone that may not run; `null`: all may.',
      'a list of names, or null',
    ),
    ApprovedApplicationList: texts(
      z.string().regex(/^[0-9A-Fa-f]{40}$/),
      'SHA-1 hashes of the only added applications that may run, as 40 hexadecimal digits; `null`: all may, an empty list: none.',
      'a list of SHA-1 hashes, or null',
    ),
  },
);

export type PolicySettings = z.output<typeof policyKeys>;
