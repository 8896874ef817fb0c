import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operations } from '#admin-api';
import { importedDevices, readZPush } from './import-zpush.js';
import { decodeModifiedUtf7 } from './modified-utf7.js';
import { php, stateObject } from './testing/php-serialize.js';

const folder = mkdtempSync(join(tmpdir(), 'godwit-zpush-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DEVICE = 'androidc1234567890';

/** Ann's phone, which has Bob's account too; with quotes, a backslash and bytes that SQL has to escape. */
const deviceData = (isNew = false): Buffer => {
  const device = (user: string, more: object) =>
    stateObject(
      'ASDevice',
      {
        deviceid: DEVICE,
        devicetype: 'Android',
        deviceuser: user,
        useragent: `Android/13 "o'clock" \\ ü`,
        devicemodel: 'Pixel 7',
        deviceos: 'Android 13',
        devicefriendlyname: 'Ann\n’s phone',
        deviceimei: '356938035643809',
        asversion: '14.1',
        policykey: 2871948392,
        firstsynctime: 1_600_000_000,
        lastupdatetime: 1_700_000_000,
        wipestatus: 1,
        contentdata: new Map([
          [
            'U1a2b3',
            new Map<string, string | number>([
              ['1', 'uuid'],
              ['2', 2],
              ['5', 'i/5f3a'],
            ]),
          ],
          [
            'U4c5d6',
            new Map<string, string | number>([
              ['2', 12],
              ['5', 'i/77aa'],
            ]),
          ],
          [
            'C9',
            new Map<string, string | number>([
              ['2', 8],
              ['5', 'c/Cpersonal'],
            ]),
          ],
        ]),
        ...more,
      },
      isNew,
    );
  const devices = new Map([
    ['ann', device('ann', { domain: 'example.org' })],
    ['bob', device('bob', { wipestatus: 8, policykey: -1 })],
  ]);
  return php(stateObject('StateObject', { devices }, isNew));
};
const storage = (): Buffer =>
  php(
    stateObject('StateObject', {
      fmfidfimap: new Map([
        ['5f3a', 'INBOX'],
        ['77aa', 'INBOX.Entw&APw-rfe'],
      ]),
    }),
  );

const expected = [
  {
    user: 'ann@example.org',
    deviceId: DEVICE,
    deviceType: 'Android',
    userAgent: `Android/13 "o'clock" \\ ü`,
    model: 'Pixel 7',
    os: 'Android 13',
    friendlyName: 'Ann\n’s phone',
    imei: '356938035643809',
    protocolVersion: '14.1',
    policyKey: '2871948392',
    firstSeenAt: '2020-09-13T12:26:40.000Z',
    lastSeenAt: '2023-11-14T22:13:20.000Z',
    wiped: false,
    folders: [
      { id: 'U1a2b3', itemClass: 'Email', path: 'INBOX' },
      { id: 'U4c5d6', itemClass: 'Email', path: 'INBOX.Entwürfe' },
      { id: 'C9', itemClass: 'Calendar', path: 'Cpersonal' },
    ],
  },
  { user: 'robert@example.org', deviceId: DEVICE, wiped: true, policyKey: undefined },
];

const users = new Map([['bob', 'robert@example.org']]);
function devicesAt(path: string) {
  const content = readZPush(path);
  expect(content.unread).toEqual([]);
  const devices = importedDevices(content, users, undefined);
  // What is sent is what the API takes.
  expect(operations.Import.safeParse({ devices }).error).toBeUndefined();
  return devices;
}

function file(name: string, ...parts: (string | Buffer)[]): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))),
  );
  return path;
}

it.each([
  ['of old PHP', false],
  ['of new PHP', true],
])('reads a state directory %s, and passes over what else lies there', (_age, isNew) => {
  const root = mkdtempSync(join(folder, 'state-'));
  const place = join(root, '0', '9');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(root, 'users'), php(new Map([['ann', new Map([[DEVICE, 1]])]])));
  writeFileSync(join(place, `${DEVICE}-devicedata`), deviceData(isNew));
  writeFileSync(join(place, `${DEVICE}-bs-1600000000`), storage());
  writeFileSync(join(place, `${DEVICE}-5ab3c1d2-1111-2222-3333-444455556666-12`), 'a sync state');
  expect(devicesAt(root)).toMatchObject(expected);
});

it('tells which states it cannot read, and goes on with the others', () => {
  const root = mkdtempSync(join(folder, 'state-'));
  mkdirSync(join(root, 'a', 'b'), { recursive: true });
  writeFileSync(join(root, 'a', 'b', 'ba-devicedata'), deviceData().subarray(0, 200));
  writeFileSync(join(root, 'a', 'b', `${DEVICE}-devicedata`), deviceData());
  const { devices, unread } = readZPush(root);
  expect(devices).toHaveLength(2);
  expect(unread).toMatchObject([{ where: expect.stringContaining('ba-devicedata') as string }]);
});

const mysql = (bytes: Buffer): string =>
  `'${bytes.toString('latin1').replace(/['"\\\0\n\r]/g, (one) => `\\${{ '\0': '0', '\n': 'n', '\r': 'r' }[one] ?? one}`)}'`;
const row = (type: string, data: string): string =>
  `(1,'${DEVICE}',NULL,'${type}',0,${data},'2023-11-14 22:13:20','2023-11-14 22:13:20')`;

it('reads a dump of MySQL, with texts, and with --hex-blob', () => {
  const [devices, names] = [deviceData(), storage()];
  const head =
    "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8 */;\nCREATE TABLE `zpush_states` (`a` varchar(5) DEFAULT ';');\n";
  const texts = `INSERT INTO \`zpush_states\` VALUES ${row('devicedata', mysql(devices))},${row('bs', `_binary ${mysql(names)}`)};\n`;
  const hex = `INSERT INTO \`zpush_states\` VALUES ${row('fd', "'x'")},${row('devicedata', `0x${devices.toString('hex')}`)},${row('bs', `X'${names.toString('hex')}'`)};`;
  for (const statement of [texts, hex])
    expect(devicesAt(file('mysql.sql', head, Buffer.from(statement, 'latin1')))).toMatchObject(expected);
});

it('reads a dump of PostgreSQL, by COPY and with --inserts', () => {
  const [devices, names] = [deviceData().toString('hex'), storage().toString('hex')];
  const columns = '(device_id, state_type, state_data, uuid)';
  const head = '--\n-- PostgreSQL database dump\n--\nSET standard_conforming_strings = on;\n';
  const copy = `COPY public.zpush_states ${columns} FROM stdin;\n${DEVICE}\tdevicedata\t\\\\x${devices}\t\\N\n${DEVICE}\tbs\t\\\\x${names}\t\\N\n\\.\n\nSELECT 1;\n`;
  const inserts = `INSERT INTO public.zpush_states ${columns} VALUES ('${DEVICE}', 'devicedata', '\\x${devices}', NULL);\nINSERT INTO public.zpush_states ${columns} VALUES ('${DEVICE}', 'bs', '\\x${names}', NULL);\n`;
  for (const statement of [copy, inserts])
    expect(devicesAt(file('pg.sql', head, statement))).toMatchObject(expected);
});

it('reads the table as CSV', () => {
  const quoted = (bytes: Buffer): Buffer =>
    Buffer.from(`"${bytes.toString('latin1').replaceAll('"', '""')}"`, 'latin1');
  const line = (type: string, data: Buffer) => [`${DEVICE},${type},`, quoted(data), '\r\n'];
  const path = file(
    'a.csv',
    'device_id,state_type,state_data\r\n',
    ...line('devicedata', deviceData()),
    ...line('bs', storage()),
  );
  expect(devicesAt(path)).toMatchObject(expected);
});

it.each([
  'INSERT INTO zpush_states VALUES (',
  "INSERT INTO zpush_states VALUES ('",
  'COPY zpush_states',
  'INSERT',
  '/*',
  "'",
])('says that a file that breaks off holds nothing: %s', (text) =>
  expect(() => readZPush(file('broken.sql', text))).toThrow(/no devices of Z-Push/),
);

it('says what is wrong with a path that is not there', () => {
  expect(() => readZPush(join(folder, 'absent'))).toThrow(/cannot be read \(ENOENT\)/);
});

it.each([
  ['Entw&APw-rfe', 'Entwürfe'],
  ['a &- b', 'a & b'],
  ['&ZeVnLIqe-', '日本語'],
  ['R&D', 'R&D'],
])('decodes %s', (name, decoded) => expect(decodeModifiedUtf7(name)).toBe(decoded));
