import { commandCodes, type CommandName } from '../commands/registry.js';
import { ProtocolError } from '../protocol-error.js';
import type { Query } from './query.js';

/** Tags of the parameters behind the fixed fields (MS-ASHTTP 2.2.1.1.1.1.3); 5 is ParentId of old clients. */
const parameterTags = {
  attachmentName: 0,
  collectionId: 1,
  itemId: 3,
  longId: 4,
  occurrence: 6,
  options: 7,
  user: 8,
} as const;
const SAVE_IN_SENT = 0x01;
const ACCEPT_MULTIPART = 0x02;

const commandNames = new Map<number, CommandName>(
  Object.entries(commandCodes).map(([name, code]) => [code, name as CommandName]),
);

/** Reads fields one after the other; running out of bytes is the phone's fault. */
class Fields {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#position >= this.#bytes.length;
  }

  bytes(length: number): Buffer {
    const end = this.#position + length;
    if (end > this.#bytes.length)
      throw new ProtocolError('invalid-query', '', 'the base64 query ends too early');
    const bytes = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return bytes;
  }

  byte(): number {
    return this.bytes(1).readUInt8();
  }

  /** A field that its length in one byte comes before of. */
  counted(): Buffer {
    return this.bytes(this.byte());
  }
}

/** The base64 form (MS-ASHTTP 2.2.1.1.1.1; trap 1). Numbers of more than a byte are little-endian. */
export function parseBase64Query(text: string): Query {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text))
    throw new ProtocolError('invalid-query', '', 'the query is no base64');
  const fields = new Fields(Buffer.from(text, 'base64'));
  const version = fields.byte();
  const command = commandNames.get(fields.byte());
  if (command === undefined) throw new ProtocolError('unknown-command', '', 'there is no such command');
  const locale = fields.bytes(2).readUInt16LE();
  const deviceId = identifier(fields.counted());
  const policyKey = fields.counted();
  if (policyKey.length !== 0 && policyKey.length !== 4) {
    throw new ProtocolError('invalid-query', '', 'the policy key has a wrong length');
  }
  const deviceType = fields.counted().toString('utf8');
  const parameters = new Map<number, Buffer>();
  while (!fields.atEnd) parameters.set(fields.byte(), fields.counted());
  const parameter = (name: keyof typeof parameterTags): string | undefined =>
    parameters.get(parameterTags[name])?.toString('utf8');
  const options = parameters.get(parameterTags.options)?.[0] ?? 0;
  return {
    command,
    user: parameter('user'),
    deviceId,
    deviceType,
    version,
    policyKey: policyKey.length === 4 ? String(policyKey.readUInt32LE()) : undefined,
    locale,
    collectionId: parameter('collectionId'),
    itemId: parameter('itemId'),
    longId: parameter('longId'),
    attachmentName: parameter('attachmentName'),
    occurrence: parameter('occurrence'),
    saveInSent: (options & SAVE_IN_SENT) !== 0,
    acceptMultiPart: (options & ACCEPT_MULTIPART) !== 0,
  };
}

/** A device id is "a string or a GUID": what is not printable is shown as hexadecimal digits. */
const identifier = (bytes: Buffer): string =>
  bytes.every((byte) => byte > 0x20 && byte < 0x7f) ? bytes.toString('latin1') : bytes.toString('hex');

/** Builds the base64 form, for phones. Absent fields are left out; version defaults to 14.1, locale to US English. */
export function buildBase64Query(
  query: Pick<Query, 'command' | 'deviceId' | 'deviceType'> & Partial<Query>,
): string {
  const { command, version = 141, locale = 0x0409, deviceId, deviceType, policyKey } = query;
  const key = Buffer.alloc(policyKey === undefined ? 0 : 4);
  if (policyKey !== undefined) key.writeUInt32LE(Number(policyKey));
  const options =
    (query.saveInSent === true ? SAVE_IN_SENT : 0) | (query.acceptMultiPart === true ? ACCEPT_MULTIPART : 0);
  const parts = [
    Buffer.from([version, commandCodes[command], locale & 0xff, locale >> 8]),
    counted(Buffer.from(deviceId)),
    counted(key),
    counted(Buffer.from(deviceType)),
  ];
  for (const name of ['attachmentName', 'collectionId', 'itemId', 'longId', 'occurrence', 'user'] as const) {
    const value = query[name];
    if (value !== undefined) parts.push(Buffer.from([parameterTags[name]]), counted(Buffer.from(value)));
  }
  if (options !== 0) parts.push(Buffer.from([parameterTags.options]), counted(Buffer.from([options])));
  return Buffer.concat(parts).toString('base64');
}

function counted(bytes: Buffer): Buffer {
  if (bytes.length > 0xff) throw new RangeError('a field of a base64 query has at most 255 bytes');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}
