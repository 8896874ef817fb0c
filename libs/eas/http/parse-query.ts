import { commandCodes, type CommandName } from '../commands/registry.js';
import { ProtocolError } from '../protocol-error.js';
import { CommonStatus } from '../status/common.js';
import { EasStatusError } from '../status/status-error.js';
import { parseBase64Query } from './base64-query.js';
import type { Query } from './query.js';

const MAX_QUERY = 4096;
const DEVICE_ID = /^[0-9a-z._{}-]{1,64}$/;
const DEVICE_TYPE = /^[^\u0000-\u001f\u007f]{1,64}$/;

/**
 * Parses the part of the URL behind the `?`. Tells the two forms apart by the `Cmd` parameter, which a base64 text cannot
 * hold. Throws ProtocolError (`invalid-query`, `unknown-command`), EasStatusError 108 or 109 for a device that says not
 * properly who it is.
 */
export function parseQuery(raw: string): Query {
  if (raw.length > MAX_QUERY) throw new ProtocolError('invalid-query', '', 'the query is too long');
  const query = /(^|&)cmd=/i.test(raw)
    ? parsePlainQuery(raw)
    : parseBase64Query(decodeURIComponentOrFail(raw));
  const deviceId = query.deviceId.toLowerCase();
  if (!DEVICE_ID.test(deviceId))
    throw new EasStatusError(query.command, CommonStatus.DeviceIdMissingOrInvalid);
  if (!DEVICE_TYPE.test(query.deviceType)) {
    throw new EasStatusError(query.command, CommonStatus.DeviceTypeMissingOrInvalid);
  }
  return { ...query, deviceId };
}

const names = new Map(Object.keys(commandCodes).map((name) => [name.toLowerCase(), name as CommandName]));

function parsePlainQuery(raw: string): Query {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(raw)) {
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value);
  }
  const command = names.get((parameters.get('cmd') ?? '').toLowerCase());
  if (command === undefined) throw new ProtocolError('unknown-command', '', 'there is no such command');
  return {
    command,
    user: parameters.get('user'),
    deviceId: parameters.get('deviceid') ?? '',
    deviceType: parameters.get('devicetype') ?? '',
    version: undefined,
    policyKey: undefined,
    locale: undefined,
    collectionId: parameters.get('collectionid'),
    itemId: parameters.get('itemid'),
    longId: parameters.get('longid'),
    attachmentName: parameters.get('attachmentname'),
    occurrence: parameters.get('occurrence'),
    saveInSent: parameters.get('saveinsent')?.toUpperCase() === 'T',
    acceptMultiPart: false,
  };
}

function decodeURIComponentOrFail(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new ProtocolError('invalid-query', '', 'the query is no base64');
  }
}
