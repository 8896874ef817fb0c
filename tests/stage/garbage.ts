import { randomBytes } from 'node:crypto';
import type { Phone } from '#phone';

/** A request body that no phone should send. */
export interface Nonsense {
  readonly name: string;
  readonly command: string;
  readonly body: Uint8Array;
  /** HTTP statuses that are right. */
  readonly answers: readonly number[];
}

const HEAD = [0x03, 0x01, 0x6a, 0x00];
const document = (...bytes: number[]): Buffer => Buffer.from([...HEAD, ...bytes]);

/** Tokens of WBXML and of the AirSync page, which is the first. */
const STR_I = 0x03;
const OPAQUE = 0xc3;
const END = 0x01;
const Sync = 0x45;
const Collections = 0x5c;
const Collection = 0x4f;
const SyncKey = 0x4b;

const MiB = 1024 * 1024;

/** The head of a Sync request, up to where a key's text would stand. */
const begun = document(Sync, Collections, Collection, SyncKey);

/** Truncated, nested, oversized and random requests. */
export const garbage = (): Nonsense[] => [
  { name: 'nothing where something is needed', command: 'FolderSync', body: Buffer.alloc(0), answers: [400] },
  { name: 'random bytes', command: 'Sync', body: randomBytes(5000), answers: [400] },
  {
    name: 'random bytes behind a good head',
    command: 'Sync',
    body: Buffer.concat([begun, randomBytes(3000)]),
    answers: [400],
  },
  { name: 'text', command: 'Sync', body: Buffer.from('<Sync><Collections/></Sync>'), answers: [400] },
  { name: 'cut in an element', command: 'Sync', body: begun, answers: [400] },
  {
    name: 'cut in a text',
    command: 'Sync',
    body: Buffer.concat([begun, Buffer.from([STR_I, 0x30])]),
    answers: [400],
  },
  { name: 'another command', command: 'FolderSync', body: document(Sync, END), answers: [400] },
  {
    name: 'an element in itself without end',
    command: 'Sync',
    body: Buffer.concat([document(), Buffer.alloc(MiB, Sync)]),
    answers: [400],
  },
  {
    name: 'elements without end',
    command: 'Sync',
    body: Buffer.concat([document(Sync), Buffer.alloc(MiB, Collection & 0x3f)]),
    answers: [400],
  },
  {
    name: 'a text without end',
    command: 'Sync',
    body: Buffer.concat([begun, Buffer.from([STR_I]), Buffer.alloc(3 * MiB, 0x41)]),
    answers: [400],
  },
  {
    name: 'opaque data of two gigabytes, it says',
    command: 'Sync',
    body: Buffer.concat([begun, Buffer.from([OPAQUE, 0x87, 0xff, 0xff, 0xff, 0x7f])]),
    answers: [400],
  },
  {
    name: 'a number without end',
    command: 'Sync',
    body: Buffer.concat([begun, Buffer.from([OPAQUE]), Buffer.alloc(5000, 0x80)]),
    answers: [400],
  },
  {
    name: 'a string table of two gigabytes, it says',
    command: 'Sync',
    body: Buffer.from([0x03, 0x01, 0x6a, 0x87, 0xff, 0xff, 0xff, 0x7f]),
    answers: [400],
  },
  { name: 'more than is taken', command: 'Sync', body: Buffer.alloc(8 * MiB, 0x41), answers: [413] },
  // A mail that is too large has a Status from 14.0 on (122), so that it leaves the outbox.
  { name: 'too large a mail', command: 'SendMail', body: Buffer.alloc(8 * MiB, 0x41), answers: [200] },
];

/** Posts a body as this phone would. Resolves to the HTTP status. */
export async function post(phone: Phone, command: string, body: Uint8Array): Promise<number> {
  const { user, password, deviceId, deviceType } = phone.link.identity;
  const url = new URL(phone.link.url);
  url.search = new URLSearchParams({
    Cmd: command,
    User: user,
    DeviceId: deviceId,
    DeviceType: deviceType,
  }).toString();
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      'MS-ASProtocolVersion': '16.1',
      'X-MS-PolicyKey': phone.policyKey ?? '0',
      'Content-Type': 'application/vnd.ms-sync.wbxml',
    },
    body: new Uint8Array(body),
  });
  await response.arrayBuffer();
  return response.status;
}
