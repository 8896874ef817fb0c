import fc from 'fast-check';
import type { MailQuery } from '#backend';
import { parseKql } from './kql.js';

/** A Wednesday. */
const now = Date.parse('2026-03-04T15:00:00Z');
const day = (text: string): number => Date.parse(text) / 86_400_000;
const parse = (text: string) => parseKql(text, now);

const any = (text: string): MailQuery => ({ field: 'any', text });
const days = (from: string, to: string): MailQuery => ({
  all: [{ sinceDay: day(from) }, { beforeDay: day(to) }],
});

describe('KQL', () => {
  it.each<[string, MailQuery | string]>([
    ['turbine', any('turbine')],
    ['two words', { all: [any('two'), any('words')] }],
    ['"a phrase" word', { all: [any('a phrase'), any('word')] }],
    ['“typed on a phone”', any('typed on a phone')],
    ['"never closed', any('never closed')],
    ['turb*', any('turb')],
    ['a AND b', { all: [any('a'), any('b')] }],
    ['a OR b c', { any: [any('a'), { all: [any('b'), any('c')] }] }],
    ['a and or not', { all: [any('a'), any('and'), any('or'), any('not')] }],
    ['a -b', { all: [any('a'), { not: any('b') }] }],
    ['a NOT b', { all: [any('a'), { not: any('b') }] }],
    ['-"b c"', { not: any('b c') }],
    ['-(a OR b)', { not: { any: [any('a'), any('b')] } }],
    ['NOT NOT a', any('a')],
    ['+a e-mail 5 - 3', { all: [any('a'), any('e-mail'), any('5'), any('3')] }],
    ['(a OR b) c', { all: [{ any: [any('a'), any('b')] }, any('c')] }],
    ['(a', any('a')],
    ['a) b', { all: [any('a'), any('b')] }],
    ['AND a OR', any('a')],
    ['a\u0001b\u0000', { all: [any('a'), any('b')] }],
    ['from:ada', { field: 'from', text: 'ada' }],
    ['From:"Ada Lovelace"', { field: 'from', text: 'Ada Lovelace' }],
    ['from=ada', { field: 'from', text: 'ada' }],
    ['from<>ada', { not: { field: 'from', text: 'ada' } }],
    ['-to:bob@example.org', { not: { field: 'to', text: 'bob@example.org' } }],
    [
      'cc:x bcc:y',
      {
        all: [
          { field: 'cc', text: 'x' },
          { field: 'bcc', text: 'y' },
        ],
      },
    ],
    ['participants:x', { field: 'participants', text: 'x' }],
    ['attachment:report*', { field: 'attachment', text: 'report' }],
    [
      'subject:(a OR b)',
      {
        any: [
          { field: 'subject', text: 'a' },
          { field: 'subject', text: 'b' },
        ],
      },
    ],
    ['body:x', { field: 'body', text: 'x' }],
    [
      'recipients:x',
      {
        any: [
          { field: 'to', text: 'x' },
          { field: 'cc', text: 'x' },
          { field: 'bcc', text: 'x' },
        ],
      },
    ],
    ['hasattachment:true', { hasAttachment: true }],
    ['hasattachments:YES', { hasAttachment: true }],
    ['isread:no', { read: false }],
    ['read:maybe', any('read:maybe')],
    ['isflagged:1', { flagged: true }],
    ['importance:high', { importance: 2 }],
    ['category:"Red category"', { keyword: 'Red category' }],
    ['kind:email', { all: [] }],
    ['kind:meetings', { any: [] }],
    ['size>1MB', { largerThan: 1_048_576 }],
    ['size:<=2kb', { smallerThan: 2_049 }],
    ['size:10..20', { all: [{ largerThan: 9 }, { smallerThan: 21 }] }],
    ['size:big', any('size:big')],
    ['received:2026-01-02', days('2026-01-02', '2026-01-03')],
    ['received:>=2026-01-02', { sinceDay: day('2026-01-02') }],
    ['received>2026-01-02', { sinceDay: day('2026-01-03') }],
    ['received<=2026-01-02T10:00:00Z', { beforeDay: day('2026-01-03') }],
    ['sent<1/2/2026', { beforeDay: day('2026-01-02') }],
    ['received:2026-01-02..2026-01-31', days('2026-01-02', '2026-02-01')],
    ['received:2.1.2026', days('2026-01-02', '2026-01-03')],
    ['received:2026-02', days('2026-02-01', '2026-03-01')],
    ['received:2025', days('2025-01-01', '2026-01-01')],
    ['received:today', days('2026-03-04', '2026-03-05')],
    ['received:yesterday', days('2026-03-03', '2026-03-04')],
    ['received:"this week"', days('2026-03-02', '2026-03-09')],
    ['received:"Last  Month"', days('2026-02-01', '2026-03-01')],
    ['received:"last year"', days('2025-01-01', '2026-01-01')],
    ['received:2026-02-30', any('received:2026-02-30')],
    ['received:soon', any('received:soon')],
    ['Re: x', { all: [any('Re:'), any('x')] }],
    ['http://example.org 12:30', { all: [any('http://example.org'), any('12:30')] }],
    ['constructor:x toString', { all: [any('constructor:x'), any('toString')] }],
    ['from: x', any('x')],
    ['', 'nothing'],
    ['  \t\u0000 ', 'nothing'],
    ['() AND OR NOT - * "" ?!', 'nothing'],
    ['x'.repeat(3_000), 'too-complex'],
    [Array(65).fill('x').join(' '), 'too-complex'],
    [`${'('.repeat(40)}x`, 'too-complex'],
  ])('%j', (text, query) => expect(parse(text)).toEqual(query));

  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        '(',
        ')',
        '"',
        '-',
        '+',
        '*',
        ' ',
        'AND',
        'OR',
        'NOT',
        'from:',
        'received',
        'size',
        '>=',
        '<',
        '..',
      ],
      ...['today', '2026-01-02', '1MB', ':', 'subject:(', '“', '\u0000', '\n'],
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const depthOf = (query: MailQuery): number => {
    if ('not' in query) return 1 + depthOf(query.not);
    const parts = 'all' in query ? query.all : 'any' in query ? query.any : [];
    return 1 + Math.max(0, ...parts.map(depthOf));
  };

  it('takes any text, and what comes of it is bounded', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const query = parse(pieces.join(''));
        if (typeof query !== 'string') expect(depthOf(query)).toBeLessThanOrEqual(70);
      }),
      { numRuns: 1_000 },
    );
  });

  it('looks for plain words as they are, all of them', () => {
    const word = fc.stringMatching(/^[a-zäöü0-9@.]*[a-zäöü0-9]$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 2, maxLength: 20 }), (words) => {
        expect(parse(words.join(' '))).toEqual({ all: words.map((text) => any(text.normalize('NFC'))) });
      }),
    );
  });

  it('needs no more time for a long text than in proportion to it', () => {
    for (const text of ['"'.repeat(2_048), '-('.repeat(1_024), 'a:'.repeat(1_024), '*'.repeat(2_048)]) {
      const start = performance.now();
      parse(text);
      expect(performance.now() - start).toBeLessThan(200);
    }
  });
});
