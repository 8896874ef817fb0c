import fc from 'fast-check';
import type { MailQuery } from '#backend';
import { attachmentQueries, isBeyondAscii, searchKeys, type SearchContext } from './search-keys.js';

const context: SearchContext = {
  now: Date.UTC(2026, 0, 2, 12),
  within: false,
  hasKeyword: () => true,
  withAttachment: () => [],
};

/** The keys as they go over the wire, literals as `{bytes}`. */
const wire = (query: MailQuery, more: Partial<SearchContext> = {}): string =>
  searchKeys(query, { ...context, ...more })
    .map((piece) => (typeof piece === 'string' ? piece : `{${piece.length}}`))
    .join(' ');

const subject = (text: string): MailQuery => ({ field: 'subject', text });

describe('search keys', () => {
  it.each<[MailQuery, string]>([
    [{ all: [] }, 'ALL'],
    [{ any: [] }, 'NOT ALL'],
    [{ all: [{ read: true }] }, 'SEEN'],
    [{ all: [{ read: false }, { flagged: true }] }, '(UNSEEN FLAGGED)'],
    [{ any: [{ read: false }, { flagged: true }, { largerThan: 5 }] }, 'OR UNSEEN OR FLAGGED LARGER 5'],
    [{ not: { all: [{ read: false }, { flagged: false }] } }, 'NOT (UNSEEN UNFLAGGED)'],
    [{ field: 'participants', text: 'x' }, 'OR OR FROM "x" TO "x" OR CC "x" BCC "x"'],
    [subject('a "b" \\c'), 'SUBJECT "a \\"b\\" \\\\c"'],
    [{ sinceDay: 20_000 }, 'SINCE 4-Oct-2024'],
    [{ beforeDay: 20_000 }, 'NOT SINCE 4-Oct-2024'],
    [{ keyword: '$Label1' }, 'KEYWORD $Label1'],
    [{ smallerThan: 1e12 }, 'SMALLER 4294967295'],
  ])('%j is %s', (query, keys) => expect(wire(query)).toBe(keys));

  it('judge days by age where the server can, whatever its time zone', () => {
    expect(wire({ sinceDay: 20_454 }, { within: true })).toBe('YOUNGER 129600');
    expect(wire({ sinceDay: 20_500 }, { within: true })).toBe('SINCE 16-Feb-2026');
  });

  it('widen moments to days where the server knows no ages, and to the second where it does', () => {
    expect(wire({ sinceDay: 20_000.5 })).toBe('SINCE 4-Oct-2024');
    expect(wire({ beforeDay: 20_000.5 })).toBe('NOT SINCE 5-Oct-2024');
    expect(wire({ sinceDay: 20_454.5 }, { within: true })).toBe('YOUNGER 86400');
    expect(wire({ sinceDay: 20_500.5 }, { within: true })).toBe('SINCE 17-Feb-2026');
  });

  it('send what is not ASCII as a literal, and never close a bracket behind one', () => {
    expect(wire(subject('Zoë'))).toBe('SUBJECT {4}');
    expect(wire({ all: [{ read: true }, subject('Zoë')] })).toBe('(SEEN SUBJECT {4} ALL)');
    expect(isBeyondAscii(searchKeys(subject('Zoë'), context))).toBe(true);
    expect(isBeyondAscii(searchKeys(subject('Zoe'), context))).toBe(false);
  });

  it('never name a keyword that the mailbox does not know: Dovecot would keep it', () => {
    const hasKeyword = (): boolean => false;
    expect(wire({ keyword: 'Red' }, { hasKeyword })).toBe('NOT ALL');
    expect(wire({ hasAttachment: true }, { hasKeyword })).not.toContain('KEYWORD');
  });

  it('name the mails that have an attachment', () => {
    const query: MailQuery = { not: { field: 'attachment', text: 'data' } };
    expect(attachmentQueries(query)).toEqual([{ field: 'attachment', text: 'data' }]);
    expect(wire(query, { withAttachment: () => [9, 3, 2] })).toBe('NOT UID 2:3,9');
    expect(wire(query)).toBe('NOT NOT ALL');
  });

  it('hold no line end, NUL or open quote, whatever is searched for', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('"', '\\', '\r', '\n', '\0', '{', '}', ')', ' ', 'ä', 'a') }),
    );
    fc.assert(
      fc.property(text, text, (words, keyword) => {
        const query: MailQuery = {
          all: [{ field: 'any', text: words }, { keyword }, { not: subject(words) }],
        };
        const pieces = searchKeys(query, context).filter((piece) => typeof piece === 'string');
        for (const piece of pieces) expect(piece).toMatch(/^[\x20-\x7e]*$/);
        const unquoted = pieces.join(' ').replace(/"(?:[^"\\]|\\["\\])*"/g, '');
        expect(unquoted).not.toMatch(/["\\{]/);
        expect(unquoted.split('(').length).toBe(unquoted.split(')').length);
      }),
    );
  });
});
