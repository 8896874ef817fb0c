import fc from 'fast-check';
import type { OofAudience, OofMessage, OutOfOfficeState } from '#backend';
import { argument, readLine, readStatus } from './answer.js';
import { hasBlock, leadingRequires, withBlock, withoutBlock } from './marked-block.js';
import { sieveTokens } from './sieve-tokens.js';
import { readState, writeState } from './stored-state.js';
import { vacationCode } from './vacation-code.js';

const text = fc.string({ unit: 'binary', maxLength: 300 });
const nasty = fc
  .array(
    fc.constantFrom(
      '.',
      '..',
      '\r\n',
      '\n',
      '\r',
      '\0',
      '"',
      '\\',
      ';',
      '}',
      '${x}',
      '${hex:41}',
      '# END',
      'ä',
    ),
  )
  .map((parts) => parts.join(''));
const message: fc.Arbitrary<OofMessage> = fc.record({
  enabled: fc.boolean(),
  reply: fc.oneof(text, nasty).filter((reply) => Buffer.from(reply).toString() === reply),
  bodyType: fc.constantFrom('text', 'html'),
});
const audiences: OofAudience[] = ['internal', 'externalKnown', 'externalUnknown'];
const messages = fc.record(Object.fromEntries(audiences.map((name) => [name, message])), {
  requiredKeys: [],
});
const state = (given: Partial<Record<OofAudience, OofMessage>>): OutOfOfficeState => ({
  state: 'global',
  messages: given,
});
const extensions = new Set(['vacation', 'variables', 'encoded-character', 'date', 'relational']);
const setting = {
  capabilities: { extensions, lists: new Set<string>() },
  domain: 'example.org',
  addresses: ['a"\\@x'],
};

const scripts = fc
  .array(
    fc.constantFrom(
      'require "fileinto";',
      'require ["variables", "mailbox"]; # more\r\n',
      '# BEGIN of mine\n',
      '/* a comment; */ ',
      'if true { keep; }\n',
      'redirect "x\\"#@y";',
      'set "a" text:\r\n# END Godwit out-of-office\r\n.\r\n;',
      '\n',
    ),
  )
  .map((parts) => parts.join(''));

it('what was set comes back from the comments, whatever it is', () => {
  fc.assert(
    fc.property(messages, (given) => {
      expect(readState(writeState(state(given)))).toEqual(state(given));
    }),
  );
});

it("our block comes out of somebody's script without a trace, and never stands in it twice", () => {
  fc.assert(
    fc.property(scripts, messages, (script, given) => {
      const inForce = leadingRequires(script).extensions;
      const code = Buffer.from(vacationCode(state(given), { ...setting, inForce })).toString('latin1');
      const joined = withBlock(withBlock(script, code), code);
      expect(hasBlock(joined)).toBe(true);
      expect(withoutBlock(joined)).toBe(script);
    }),
  );
});

it('no reply ends its string: the code has the same commands whatever is written', () => {
  const shape = (code: string) =>
    [...sieveTokens(code)]
      .filter(({ kind }) => kind !== 'string' && kind !== 'comment')
      .map(({ value }) => value);
  const calm: OofMessage = { enabled: true, reply: 'x', bodyType: 'text' };
  fc.assert(
    fc.property(fc.oneof(text, nasty), (reply) => {
      fc.pre(reply.trim() !== '');
      const code = vacationCode(state({ internal: { ...calm, reply } }), { ...setting, inForce: new Set() });
      const tokens = [...sieveTokens(code)];
      expect(code.slice(tokens.at(-1)?.end).trim()).toBe('');
      expect(shape(code)).toEqual(
        shape(vacationCode(state({ internal: calm }), { ...setting, inForce: new Set() })),
      );
    }),
  );
});

it('a reply means no variable where the script around it has some', () => {
  const calm: OofMessage = { enabled: true, reply: 'a ${x} ${hex:41}', bodyType: 'text' };
  const code = (inForce: string[]) =>
    vacationCode(state({ internal: calm }), { ...setting, inForce: new Set(inForce) });
  expect(code([])).toContain('a ${x} ${hex:41}');
  expect(code(['variables'])).toContain('a ${godwit_dollar}{x} ${godwit_dollar}{hex:41}');
  expect(code(['encoded-character'])).toContain('a ${hex:24}{x} ${hex:24}{hex:41}');
});

it('a server without what the code needs is told from one that has it', () => {
  const timed = {
    ...state({ internal: { enabled: true, reply: 'x', bodyType: 'text' } }),
    state: 'timed',
  } as const;
  const times = { start: new Date('2026-12-01T08:00:00Z'), end: new Date('2026-12-02T08:00:00Z') };
  const write = (names: string[]) =>
    vacationCode(
      { ...timed, ...times },
      { ...setting, capabilities: { extensions: new Set(names), lists: new Set() }, inForce: new Set() },
    );
  expect(() => write(['vacation'])).toThrow('managesieve: the server has no date, relational');
  expect(write(['vacation', 'date', 'relational'])).toContain('"date" "2026-12-01"');
});

it('strings come through the wire as they are, in whatever pieces', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(), (bytes, cut) => {
      const line = Buffer.concat([argument(Buffer.from(bytes)), Buffer.from(' ACTIVE\r\n')]);
      expect(readLine(line.subarray(0, cut % line.length))).toBeNull();
      const read = readLine(line);
      expect(read?.length).toBe(line.length);
      expect(Buffer.from(read?.tokens[0]?.value ?? '', 'latin1')).toEqual(Buffer.from(bytes));
    }),
  );
});

it('reads codes and texts of answers, and gives up on endless ones', () => {
  const status = (line: string) => readStatus(readLine(Buffer.from(`${line}\r\n`))?.tokens ?? []);
  expect(status('NO (QUOTA/MAXSIZE) "too big"')).toEqual({
    status: 'NO',
    code: 'QUOTA/MAXSIZE',
    text: 'too big',
  });
  expect(status('ok (TAG {3}\r\nabc) "x"')).toEqual({ status: 'OK', code: 'TAG', text: 'x' });
  expect(status('"OK" "x"')).toBeNull();
  expect(() => readLine(Buffer.alloc(20_000, 'x'))).toThrow('a line without end');
  expect(() => readLine(Buffer.from('{999999999}\r\n'))).toThrow('a literal too long');
});
