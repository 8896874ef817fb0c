import fc from 'fast-check';
import { commandCodes, type CommandName } from '../commands/registry.js';
import { ProtocolError } from '../protocol-error.js';
import { EasStatusError } from '../status/status-error.js';
import { buildBase64Query } from './base64-query.js';
import { parseQuery } from './parse-query.js';

const codeOf = (raw: string): string => {
  try {
    parseQuery(raw);
    return 'no error';
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    if (error instanceof EasStatusError) return `${error.command} ${error.status}`;
    throw error;
  }
};

describe('the query string', () => {
  it('means the same in both forms (the example of MS-ASHTTP 2.2.1.1.1.1)', () => {
    const base64 = parseQuery('jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l');
    expect(base64).toMatchObject({
      command: 'Sync',
      deviceId: 'v140device',
      deviceType: 'SmartPhone',
      version: 140,
      locale: 0x0409,
      policyKey: undefined,
    });
    const plain = parseQuery('Cmd=Sync&User=rmjones&DeviceId=v140Device&DeviceType=SmartPhone');
    expect(plain).toMatchObject({
      command: 'Sync',
      user: 'rmjones',
      deviceId: 'v140device',
      deviceType: 'SmartPhone',
      version: undefined,
    });
  });

  it('is found in any case and order, with parameters of the command', () => {
    const raw =
      'devicetype=iPhone&CMD=smartreply&SAVEINSENT=T&itemid=f1%3A5&CollectionId=f1&DeviceID=ABC&user=a%40b';
    expect(parseQuery(raw)).toMatchObject({
      command: 'SmartReply',
      user: 'a@b',
      itemId: 'f1:5',
      collectionId: 'f1',
      deviceId: 'abc',
      saveInSent: true,
    });
  });

  it('comes back from its base64 form', () => {
    const text = fc.option(fc.string({ maxLength: 60 }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.record({
          command: fc.constantFrom(...(Object.keys(commandCodes) as CommandName[])),
          deviceId: fc.stringMatching(/^[0-9a-z]{1,32}$/),
          deviceType: fc.stringMatching(/^[0-9A-Za-z ]{1,32}$/),
          version: fc.constantFrom(121, 140, 141, 160, 161),
          locale: fc.integer({ min: 0, max: 0xffff }),
          policyKey: fc.option(fc.nat({ max: 0xffffffff }).map(String), { nil: undefined }),
          user: text,
          collectionId: text,
          itemId: text,
          longId: text,
          attachmentName: text,
          occurrence: text,
          saveInSent: fc.boolean(),
          acceptMultiPart: fc.boolean(),
        }),
        (query) => {
          expect(parseQuery(buildBase64Query(query))).toEqual(query);
          expect(parseQuery(encodeURIComponent(buildBase64Query(query)))).toEqual(query);
        },
      ),
    );
  });

  it('shows a binary device id in hexadecimal digits', () => {
    const bytes = Buffer.concat([
      Buffer.from([141, 0, 9, 4, 16]),
      Buffer.alloc(16, 0xe9),
      Buffer.from([0, 1, 0x57]),
    ]);
    expect(parseQuery(bytes.toString('base64')).deviceId).toBe('e9'.repeat(16));
  });

  it.each([
    ['unknown-command', 'Cmd=Dance&DeviceId=a&DeviceType=b'],
    ['unknown-command', Buffer.from([141, 99, 9, 4, 1, 97, 0, 1, 97]).toString('base64')],
    ['invalid-query', ''],
    ['invalid-query', '%'],
    ['invalid-query', 'not base64!'],
    ['Sync 108', 'Cmd=Sync&DeviceType=b'],
    ['Sync 109', 'Cmd=Sync&DeviceId=a'],
    ['Sync 108', 'Cmd=Sync&DeviceId=../../x&DeviceType=b'],
    ['invalid-query', `Cmd=Sync&DeviceId=${'a'.repeat(5000)}`],
    ['invalid-query', Buffer.from([141, 0, 9, 4, 200, 97]).toString('base64')],
    ['invalid-query', Buffer.from([141, 0, 9, 4, 1, 97, 3, 1, 2, 3, 1, 97]).toString('base64')],
  ])('is refused as %s: %s', (code, raw) => {
    expect(codeOf(raw)).toBe(code);
  });

  it('of hostile make gives ProtocolError, or the Status of a device without a name', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      fc.string({ unit: 'binary' }).map((text) => `Cmd=Sync&DeviceId=${text}`),
    );
    fc.assert(
      fc.property(hostile, (raw) => {
        expect(codeOf(raw)).toMatch(/^(no error|invalid-query|unknown-command|\w+ 10[89])$/);
      }),
      { numRuns: 1000 },
    );
  });
});
