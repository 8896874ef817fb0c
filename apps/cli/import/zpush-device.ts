import { PhpObject, type PhpArray, type PhpValue } from './php-unserialize.js';

/** A device as one of its users has it in Z-Push. Everything but the first two may be missing. */
export interface ZPushDevice {
  readonly user: string;
  readonly deviceId: string;
  readonly deviceType: string;
  readonly userAgent: string;
  readonly model: string | undefined;
  readonly os: string | undefined;
  readonly friendlyName: string | undefined;
  readonly imei: string | undefined;
  readonly phoneNumber: string | undefined;
  /** `14.1` */
  readonly protocolVersion: string | undefined;
  readonly policyKey: string | undefined;
  /** ISO 8601. */
  readonly firstSeenAt: string | undefined;
  readonly lastSeenAt: string | undefined;
  /** A wipe was carried out, or is asked for and not yet done. */
  readonly wipe: 'none' | 'pending' | 'done';
  readonly folders: readonly ZPushFolder[];
}

/** A folder the phone knows. */
export interface ZPushFolder {
  /** As on the wire. */
  readonly id: string;
  /** FolderSync's Type (MS-ASCMD 2.2.3.186.3). */
  readonly type: number;
  /** What the backend calls it; the id where it makes no difference. */
  readonly backendId: string;
}

/** Members of contentdata's entries: the type of the folder, and its id at the backend. */
const FOLDER_TYPE = '2';
const FOLDER_BACKEND_ID = '5';

/** SYNC_PROVISION_RWSTATUS: pending 2, requested 4, wiped 8. */
const WIPE_PENDING = [2, 4];
const WIPED = 8;

export const isArray = (value: PhpValue | undefined): value is PhpArray => value instanceof Map;

/**
 * What a StateObject holds: it writes a pair of its id and its data, in either of PHP's two ways to serialize itself; and
 * as any object would, a property `data`.
 */
export function dataOf(value: PhpValue | undefined): PhpArray | undefined {
  if (!(value instanceof PhpObject)) return undefined;
  const { properties } = value;
  const data = properties.get('1') ?? properties.get('data');
  return isArray(data) ? data : undefined;
}

function text(data: PhpArray, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = data.get(name);
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  }
  return undefined;
}

/** Seconds since 1970 as ISO 8601; nothing for what is no moment of this system's life. */
function moment(value: PhpValue | undefined): string | undefined {
  const seconds = typeof value === 'string' ? Number(value) : value;
  if (typeof seconds !== 'number' || !(seconds > 0) || seconds > 4_102_444_800) return undefined;
  return new Date(seconds * 1000).toISOString();
}

const versionOf = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : /^\d{1,2}\.\d$/.test(value) ? value.padStart(4, '0') : undefined;

function policyKeyOf(value: string | undefined): string | undefined {
  // -1 is none yet.
  return value !== undefined && /^[1-9]\d{0,9}$/.test(value) ? value : undefined;
}

function wipeOf(value: PhpValue | undefined): ZPushDevice['wipe'] {
  const status = Number(value ?? 0);
  if (status === WIPED) return 'done';
  return WIPE_PENDING.includes(status) ? 'pending' : 'none';
}

function foldersOf(content: PhpValue | undefined): ZPushFolder[] {
  if (!isArray(content)) return [];
  const folders: ZPushFolder[] = [];
  for (const [id, entry] of content) {
    if (!isArray(entry)) continue;
    const type = Number(entry.get(FOLDER_TYPE));
    const backendId = entry.get(FOLDER_BACKEND_ID);
    if (!Number.isInteger(type)) continue;
    folders.push({ id, type, backendId: typeof backendId === 'string' ? backendId : id });
  }
  return folders;
}

function deviceOf(user: string, deviceId: string, data: PhpArray): ZPushDevice {
  const domain = text(data, 'domain');
  return {
    user: domain !== undefined && !user.includes('@') ? `${user}@${domain}` : user,
    deviceId: text(data, 'deviceid') ?? deviceId,
    deviceType: text(data, 'devicetype') ?? '',
    userAgent: text(data, 'useragent') ?? '',
    model: text(data, 'devicemodel'),
    os: text(data, 'deviceos'),
    friendlyName: text(data, 'devicefriendlyname'),
    imei: text(data, 'deviceimei'),
    phoneNumber: text(data, 'devicephonenumber', 'phonenumber'),
    protocolVersion: versionOf(text(data, 'asversion')),
    policyKey: policyKeyOf(text(data, 'policykey')),
    firstSeenAt: moment(data.get('firstsynctime')),
    lastSeenAt: moment(data.get('lastupdatetime')),
    wipe: wipeOf(data.get('wipestatus')),
    folders: foldersOf(data.get('contentdata')),
  };
}

/**
 * The devices of a `devicedata` state: the same phone once for each user that has an account on it. Null if it is something
 * else.
 */
export function devicesOf(deviceId: string, state: PhpValue): ZPushDevice[] | null {
  const users = dataOf(state)?.get('devices');
  if (!isArray(users)) return null;
  const devices: ZPushDevice[] = [];
  for (const [user, object] of users) {
    const data = dataOf(object);
    if (data && user !== '') devices.push(deviceOf(user, deviceId, data));
  }
  return devices;
}

/** How deep an array of folder names may be hidden in what a backend keeps. */
const MOST_DEPTH = 8;

/** Names of IMAP folders by their ids at the backend, which the IMAP backend keeps in a `bs` state. */
export function imapNamesOf(state: PhpValue, depth = 0): ReadonlyMap<string, string> {
  const members = state instanceof PhpObject ? state.properties : state;
  if (!isArray(members) || depth > MOST_DEPTH) return new Map();
  const names = members.get('fmfidfimap');
  if (isArray(names)) {
    return new Map([...names].filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
  }
  for (const member of members.values()) {
    const found = imapNamesOf(member, depth + 1);
    if (found.size > 0) return found;
  }
  return new Map();
}
