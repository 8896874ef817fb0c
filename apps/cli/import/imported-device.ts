import type { z } from 'zod';
import type { operations } from '#admin-api';
import { decodeModifiedUtf7 } from './modified-utf7.js';
import type { ZPushDevice, ZPushFolder } from './zpush-device.js';

export type ImportedDevice = z.input<typeof operations.ImportedDevice>;

/** Classes by FolderSync's Type (MS-ASCMD 2.2.3.186.3); others are of no class that is synced. */
const classes: Readonly<Record<number, string>> = {
  1: 'Email',
  2: 'Email',
  3: 'Email',
  4: 'Email',
  5: 'Email',
  6: 'Email',
  7: 'Tasks',
  8: 'Calendar',
  9: 'Contacts',
  10: 'Notes',
  12: 'Email',
  13: 'Calendar',
  14: 'Contacts',
  15: 'Tasks',
  17: 'Notes',
};
const INBOX = 2;

/** The combined backend sets a letter before the ids of its members: `i/` IMAP, `c/` CalDAV, `d/` CardDAV, `s/` notes. */
const withoutMember = (backendId: string): string => backendId.replace(/^[a-z]\//, '');

/** Where it is at the source, as far as that was kept. */
function pathOf(
  { type, backendId }: ZPushFolder,
  imapNames: ReadonlyMap<string, string>,
): string | undefined {
  const id = withoutMember(backendId);
  const named = imapNames.get(id) ?? imapNames.get(backendId);
  if (named !== undefined) return decodeModifiedUtf7(named);
  if (classes[type] === 'Email') return type === INBOX ? 'INBOX' : undefined;
  // The DAV backends put a letter before the last part of the collection's URL.
  return id === '' ? undefined : id;
}

const MOST_FOLDERS = 2000;

function foldersOf(device: ZPushDevice, imapNames: ReadonlyMap<string, string>) {
  return device.folders.slice(0, MOST_FOLDERS).flatMap((folder) => {
    const itemClass = classes[folder.type];
    const path = pathOf(folder, imapNames);
    return itemClass === undefined || path === undefined || folder.id.length > 64 || path.length > 1000
      ? []
      : [{ id: folder.id, itemClass, path }];
  });
}

const cut = (text: string | undefined, most: number): string | undefined => text?.slice(0, most);

/** What the API is told of a device. Texts are cut to what it takes: they are for people to read. */
export function importedOf(
  device: ZPushDevice,
  imapNames: ReadonlyMap<string, string>,
  user: string,
  tenant: string | undefined,
): ImportedDevice {
  return {
    tenant,
    user,
    deviceId: device.deviceId,
    deviceType: device.deviceType.slice(0, 100),
    userAgent: device.userAgent.slice(0, 300),
    model: cut(device.model, 200),
    os: cut(device.os, 200),
    friendlyName: cut(device.friendlyName, 200),
    imei: cut(device.imei, 50),
    phoneNumber: cut(device.phoneNumber, 50),
    // The API wants two digits before the point: 12.0 and up are of use, 2.5 is served by nobody any more.
    protocolVersion: device.protocolVersion?.startsWith('0') ? undefined : device.protocolVersion,
    policyKey: device.policyKey,
    firstSeenAt: device.firstSeenAt,
    lastSeenAt: device.lastSeenAt,
    wiped: device.wipe !== 'none',
    folders: foldersOf(device, imapNames),
  };
}
