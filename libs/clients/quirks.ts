import type { ClientProfile, ClientSigns } from './profile.js';

/** How clients of a kind are recognised; every sign that is named must be there. */
type Signs = Readonly<Partial<Record<keyof ClientSigns, RegExp>>>;

export interface Quirk {
  readonly concerns: 'HTTP' | 'provisioning' | 'mail' | 'search' | 'contacts' | 'calendar';
  /** Who has it, for the reader. */
  readonly clients: string;
  /** What the client does or needs, and what is done about it. */
  readonly about: string;
  /** The clients by their signs, any of them; empty is every client. */
  readonly signs: readonly Signs[];
  /** What `auto` means: for the clients it names, or for nobody until an operator says so. */
  readonly byDefault: 'named' | 'nobody';
  readonly gives: Partial<ClientProfile>;
}

const declare = <Names extends string>(entries: Readonly<Record<Names, Quirk>>) => entries;

/** Every quirk, by the name the configuration switches it by. */
export const quirks = declare({
  aspNetVersion: {
    concerns: 'HTTP',
    clients: 'Nine',
    about:
      'Stays at 14.1 unless OPTIONS and the first FolderSync come with X-AspNet-Version. The header is harmless to others.',
    signs: [],
    byDefault: 'named',
    gives: { aspNetVersion: true },
  },
  accountCheck: {
    concerns: 'HTTP',
    clients: 'Android mail programs while an account is set up',
    about:
      'Ask with the device id `validate`. They are answered once the password is right, and never become a device.',
    signs: [{ deviceId: /^validate$/i }],
    byDefault: 'named',
    gives: { accountCheck: true },
  },
  shortSilence: {
    concerns: 'HTTP',
    clients: 'Gmail and other mail programs on Android',
    about:
      'Give up after some 30 seconds without a byte and ask again with the old key. A running answer gets a byte every 8 seconds, otherwise every 15.',
    signs: [
      { deviceType: /android|gmail|samsung|^sec-|lge?\b|htc/i },
      { userAgent: /android|gmail|samsung|okhttp/i },
    ],
    byDefault: 'named',
    gives: { keepAlive: 8 },
  },
  shortWait: {
    concerns: 'HTTP',
    clients: 'iOS 18 and later',
    about:
      'Some devices stop getting pushes after 10 to 15 minutes of sleep. With this switch a Ping is held for 8 minutes at most, at the price of some battery.',
    signs: [{ userAgent: /^Apple-(iPhone|iPad|iPod).*\/(2[2-9]|[3-9]\d)\d{2}/ }],
    byDefault: 'nobody',
    gives: { longestWait: 480 },
  },
  provisionByHttp: {
    concerns: 'provisioning',
    clients: 'old clients that speak 14.x and know no Status 142',
    about:
      'Are sent to Provision by HTTP 449 at every version. Newer clients prefer the Status and get it unless this is on.',
    signs: [],
    byDefault: 'nobody',
    gives: { provisionByHttp: true },
  },
  outlookUnprovisioned: {
    concerns: 'provisioning',
    clients: 'Outlook 2013 and later over ActiveSync',
    about:
      'Does not provision correctly. With this switch it is let in without a policy where policies are required; whoever claims to be Outlook is.',
    signs: [{ deviceType: /^WindowsOutlook/i }],
    byDefault: 'nobody',
    gives: { unprovisioned: true },
  },
  mimeForSigned: {
    concerns: 'mail',
    clients: 'BlackBerry on Android',
    about: 'Checks signatures, but asks for no MIME: it gets signed mail whole all the same.',
    signs: [{ deviceType: /blackberry/i }, { userAgent: /blackberry|\bbb10\b/i }],
    byDefault: 'named',
    gives: { mimeForSigned: true },
  },
  noEmptyFlag: {
    concerns: 'mail',
    clients: 'HTC Desire',
    about: 'Stumbles over the empty Flag of a mail without a follow-up flag: new mails come without one.',
    signs: [{ deviceType: /htc/i }, { userAgent: /htc[ _]?desire/i }],
    byDefault: 'named',
    gives: { noEmptyFlag: true },
  },
  alwaysFirstName: {
    concerns: 'search',
    clients: 'Nokia Mail for Exchange',
    about: 'Drops hits of the address list that have no FirstName: it gets an empty one.',
    signs: [{ deviceType: /nokia|^MFE/i }, { userAgent: /nokia/i }],
    byDefault: 'named',
    gives: { alwaysFirstName: true },
  },
  zeroIsEveryFolder: {
    concerns: 'search',
    clients: 'Outlook for iOS and Android',
    about: 'Searches with CollectionId 0 and means every folder. No folder has that id.',
    signs: [],
    byDefault: 'named',
    gives: { zeroIsEveryFolder: true },
  },
  localBirthdays: {
    concerns: 'contacts',
    clients: 'iOS 5 and later',
    about:
      'Sends birthdays and anniversaries as midnight of its own zone: the nearest midnight of UTC is the day. It is told noon, which is the same day in nearly every zone.',
    signs: [{ userAgent: /^Apple-i?/i }, { deviceType: /^(?:iPhone|iPad|iPod)/i }],
    byDefault: 'named',
    gives: { birthdayHour: 12, birthdaysAreLocal: true },
  },
  androidBirthdays: {
    concerns: 'contacts',
    clients: 'the mail program of Android 4 to 10',
    about: 'Sends birthdays as 08:00 UTC and wants them so. Gmail and Samsung want 00:00, as everybody else.',
    signs: [{ userAgent: /^Android\/(?:[4-9]|10)[.\d]*-EAS/i }],
    byDefault: 'named',
    gives: { birthdayHour: 8 },
  },
  blackberryBirthdays: {
    concerns: 'contacts',
    clients: 'BlackBerry 10',
    about: 'Sends birthdays as 11:00 UTC and wants them so.',
    signs: [{ userAgent: /\bbb10\b|blackberry ?10/i }, { deviceType: /^(?:bb10|blackberry ?10)/i }],
    byDefault: 'named',
    gives: { birthdayHour: 11 },
  },
  emptyPictureKeeps: {
    concerns: 'contacts',
    clients: 'iOS from 8.2 on',
    about:
      'Sends an empty Picture with every change of a contact and means that it did not change: the picture stays. Whoever else sends one takes the picture away.',
    signs: [{ userAgent: /^Apple-i?/i }, { deviceType: /^(?:iPhone|iPad|iPod)/i }],
    byDefault: 'named',
    gives: { emptyPictureKeeps: true },
  },
  emptySupportedIsNone: {
    concerns: 'contacts',
    clients: 'LG',
    about:
      'Sends an empty Supported, by which everything it leaves out would stay, but leaves out what the user has deleted. It is taken as having sent none.',
    signs: [{ deviceType: /^lge?(?:\b|[-_\d])/i }, { userAgent: /^lge?(?:\b|[-_\d])/i }],
    byDefault: 'named',
    gives: { emptySupportedIsNone: true },
  },
  keepsOmitted: {
    concerns: 'contacts',
    clients: 'clients that were made for Exchange 2010',
    about:
      'Exchange 14.1 was seen to keep what the change of a contact leaves out; the specification has it deleted. With this switch it stays.',
    signs: [],
    byDefault: 'nobody',
    gives: { keepsOmitted: true },
  },
  namelessZones: {
    concerns: 'calendar',
    clients: 'Gmail and the mail program of Android',
    about: 'Fall back to GMT if a time zone has a name in it: they get its rules alone.',
    signs: [{ deviceType: /^(?:android|gmail)/i }, { userAgent: /^(?:android|gmail)/i }],
    byDefault: 'named',
    gives: { namelessZones: true },
  },
});

export type QuirkName = keyof typeof quirks;

export const quirkNames = Object.keys(quirks) as QuirkName[];

/**
 * `auto`: as declared. `on`: for the clients it names. `all`: for every client. `off`: for nobody.
 */
export const QUIRK_SETTINGS = ['auto', 'on', 'all', 'off'] as const;
export type QuirkSetting = (typeof QUIRK_SETTINGS)[number];

const fits = (signs: Signs, client: ClientSigns): boolean =>
  Object.entries(signs).every(([sign, pattern]) => pattern.test(client[sign as keyof ClientSigns]));

/** Whether a quirk holds for a client, as it is set. */
export function holds(quirk: Quirk, setting: QuirkSetting, client: ClientSigns): boolean {
  if (setting === 'off' || (setting === 'auto' && quirk.byDefault === 'nobody')) return false;
  if (setting === 'all' || quirk.signs.length === 0) return true;
  return quirk.signs.some((signs) => fits(signs, client));
}
