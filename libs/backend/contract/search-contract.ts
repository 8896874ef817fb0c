import { canSearchMail, type MailHit } from '../abilities.js';
import type { MailQuery } from '../mail-query.js';
import { type ContractSetup, type Fixture } from './fixture.js';
import { Replica } from './replica.js';
import { runWith } from './run-with.js';
import { eventually, mailWithAttachment, plainView, sampleMail } from './sample-mail.js';

type Found = { total: number; hits: readonly MailHit[] };

async function search(
  { backend, inbox }: Fixture,
  query: MailQuery,
  { folders = [inbox] as readonly string[] | null, limit = 100 } = {},
): Promise<Found> {
  if (!canSearchMail(backend)) throw new Error('cannot');
  return backend.searchMail({ folders, query, limit });
}

/** Subjects of what was found, in order. */
async function subjects({ backend }: Fixture, { hits }: Found): Promise<string[]> {
  const found: string[] = [];
  for (const { folder, id } of hits) {
    for await (const result of backend.read(folder, [id], plainView)) {
      found.push('item' in result ? (result.item.Subject ?? '') : result.reason);
    }
  }
  return found;
}

async function known({ backend }: Fixture, folder: string, count: number): Promise<void> {
  const replica = new Replica(backend, folder);
  await eventually(async () => (await replica.sync(), replica.ids.length === count));
}

const lines = (...all: string[]): Buffer => Buffer.from(all.join('\r\n'));
const word = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;

const day = (text: string): number => Math.floor(Date.parse(text) / 86_400_000);

/** Mails that differ in one thing each; all words occur once. */
const corpus: readonly {
  message: Buffer;
  receivedAt: string;
  seen?: boolean;
  flagged?: boolean;
  keywords?: string[];
}[] = [
  {
    message: lines(
      'From: "Grace Hopper" <grace@navy.example>',
      'To: Ada <ada@example.org>',
      'Cc: Charles <charles@engine.example>',
      'Bcc: secret@hidden.example',
      'Subject: Quarterly numbers',
      'Importance: high',
      '',
      'The turbine is "quoted" here (with} brackets{ and 100% back\\slash.',
    ),
    receivedAt: '2026-01-01T12:00:00Z',
    seen: true,
  },
  {
    message: lines(
      `From: ${word('Jürgen Größe')} <juergen@example.de>`,
      'To: bob@example.org',
      `Subject: ${word('Überraschung für Zoë')}`,
      'X-Priority: 5',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('Wir treffen uns im Café. Привет из Москвы!').toString('base64'),
    ),
    receivedAt: '2026-01-02T12:00:00Z',
    flagged: true,
  },
  {
    message: lines(
      'From: ivan@example.ru',
      'To: bob@example.org',
      `Subject: =?koi8-r?B?${Buffer.from([0xf3, 0xd2, 0xcf, 0xde, 0xce, 0xcf]).toString('base64')}?=`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary=a',
      '',
      '--a',
      'Content-Type: text/plain; charset=iso-8859-1',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Gr=FC=DFe',
      '--a',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<html><body><p>Aus <b>Lippstadt</b></p></body></html>',
      '--a--',
      '',
    ),
    receivedAt: '2026-01-03T12:00:00Z',
    keywords: ['Holiday'],
  },
  {
    message: mailWithAttachment('With a file', Buffer.alloc(30_000, 'x')),
    receivedAt: '2026-01-04T12:00:00Z',
  },
  {
    message: lines(
      'From: dora@example.org',
      'Subject: Encoded name',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      '',
      'text',
      '--b',
      "Content-Type: application/pdf; name*=utf-8''%C3%9Cbersicht%202026.pdf",
      "Content-Disposition: attachment; filename*=utf-8''%C3%9Cbersicht%202026.pdf",
      '',
      'x',
      '--b--',
      '',
    ),
    receivedAt: '2026-01-05T12:00:00Z',
  },
];
const [numbers, surprise, urgent, file, encoded] = [
  'Quarterly numbers',
  'Überraschung für Zoë',
  'Срочно',
  'With a file',
  'Encoded name',
] as const;

/** Queries and the mails they find, newest first. */
const cases: readonly (readonly [string, MailQuery, readonly string[]])[] = [
  ['everything', { all: [] }, [encoded, file, urgent, surprise, numbers]],
  ['nothing', { any: [] }, []],
  ['words of the subject, in any case', { field: 'subject', text: 'QUARTERLY num' }, [numbers]],
  ['words of the body only in the body', { field: 'subject', text: 'turbine' }, []],
  ['words of the body', { field: 'body', text: 'turbine' }, [numbers]],
  ['words of the header not in the body', { field: 'body', text: 'Quarterly' }, []],
  ['a sender by name', { field: 'from', text: 'hopper' }, [numbers]],
  ['a sender by address', { field: 'from', text: 'grace@navy' }, [numbers]],
  ['To', { field: 'to', text: 'ada@example.org' }, [numbers]],
  ['Cc', { field: 'cc', text: 'charles' }, [numbers]],
  ['Bcc', { field: 'bcc', text: 'hidden.example' }, [numbers]],
  ['participants', { field: 'participants', text: 'engine.example' }, [numbers]],
  ['participants of no subject', { field: 'participants', text: 'Quarterly' }, []],
  ['anything in the header', { field: 'any', text: 'Quarterly' }, [numbers]],
  ['anything in the body', { field: 'any', text: 'turbine' }, [numbers]],
  ['umlauts of an encoded word', { field: 'subject', text: 'überraschung' }, [surprise]],
  ['an encoded sender', { field: 'from', text: 'größe' }, [surprise]],
  ['Cyrillic of another charset', { field: 'subject', text: 'срочно' }, [urgent]],
  ['Cyrillic in base64', { field: 'body', text: 'привет из' }, [surprise]],
  ['umlauts in quoted-printable', { field: 'body', text: 'grüße' }, [urgent]],
  ['words in HTML', { field: 'any', text: 'lippstadt' }, [urgent]],
  [
    'two words that are not ASCII',
    {
      all: [
        { field: 'subject', text: 'für' },
        { field: 'body', text: 'Café' },
      ],
    },
    [surprise],
  ],
  [
    'a choice of words that are not ASCII',
    {
      any: [
        { all: [{ read: false }, { field: 'subject', text: 'Zoë' }] },
        { field: 'subject', text: 'Срочно' },
      ],
    },
    [urgent, surprise],
  ],
  [
    'quotes and backslashes',
    { field: 'body', text: 'is "quoted" here (with} brackets{ and 100% back\\slash' },
    [numbers],
  ],
  ['line ends, which are blanks', { field: 'subject', text: 'Quarterly\r\n\tnumbers' }, [numbers]],
  ['a command in the words', { field: 'subject', text: 'x"\r\nA1 DELETE INBOX\r\n' }, []],
  ['a literal in the words', { field: 'body', text: '{3}\r\nfoo ALL' }, []],
  ['a NUL in the words', { field: 'body', text: 'turbine\0 is' }, [numbers]],
  ['no words', { field: 'subject', text: ' ' }, [encoded, file, urgent, surprise, numbers]],
  ['an attachment by name', { field: 'attachment', text: 'DATA.bin' }, [file]],
  ['an encoded attachment name', { field: 'attachment', text: 'übersicht 2026' }, [encoded]],
  ['no attachment by words of the text', { field: 'attachment', text: 'See' }, []],
  ['attachments', { hasAttachment: true }, [encoded, file]],
  ['no attachments', { hasAttachment: false }, [urgent, surprise, numbers]],
  ['a day and later', { sinceDay: day('2026-01-03') }, [encoded, file, urgent]],
  ['before a day', { beforeDay: day('2026-01-02') }, [numbers]],
  [
    'between days',
    { all: [{ sinceDay: day('2026-01-02') }, { beforeDay: day('2026-01-04') }] },
    [urgent, surprise],
  ],
  ['later than today', { sinceDay: day('2100-01-01') }, []],
  ['read', { read: true }, [numbers]],
  ['unread and flagged', { all: [{ read: false }, { flagged: true }] }, [surprise]],
  ['large', { largerThan: 20_000 }, [file]],
  ['small', { all: [{ smallerThan: 20_000 }, { hasAttachment: true }] }, [encoded]],
  ['a category', { keyword: 'holiday' }, [urgent]],
  ['no such category', { keyword: 'Nothing' }, []],
  ['what can be no category', { keyword: 'x) ALL (' }, []],
  ['important', { importance: 2 }, [numbers]],
  ['unimportant', { importance: 0 }, [surprise]],
  ['of normal importance', { importance: 1 }, [encoded, file, urgent]],
  [
    'a nest of it all',
    {
      all: [
        { not: { any: [{ read: true }, { field: 'attachment', text: 'data' }] } },
        { any: [{ flagged: true }, { not: { field: 'from', text: 'ivan' } }, { any: [] }] },
        { not: { not: { not: { keyword: 'Holiday' } } } },
      ],
    },
    [encoded, surprise],
  ],
];

export function searchContract(setup: ContractSetup): void {
  if (!setup.features.searchMail) return;
  describe('search', () => {
    it(
      'finds what was asked for and nothing else',
      runWith(setup, async (fixture) => {
        for (const { message, receivedAt, ...flags } of corpus) {
          await fixture.deliver(fixture.inbox, message, { receivedAt: new Date(receivedAt), ...flags });
        }
        await known(fixture, fixture.inbox, corpus.length);
        const results: [string, number, string[]][] = [];
        const asked = cases.filter(([what]) => setup.unsearchable?.includes(what) !== true);
        for (const [what, query] of asked) {
          const found = await search(fixture, query);
          results.push([what, found.total, await subjects(fixture, found)]);
        }
        expect(results).toEqual(asked.map(([what, , wanted]) => [what, wanted.length, wanted]));
      }),
    );

    it(
      'gives the newest of several folders by the time they came, at most as many as wanted, and counts all',
      runWith(setup, async (fixture) => {
        const { inbox } = fixture;
        const other = await fixture.createFolder('Other', null);
        const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));
        // Not in the order of their coming: as mails that were moved here later.
        for (const minute of [4, 0, 2, 6]) {
          await fixture.deliver(inbox, sampleMail(`mail ${minute}`), { receivedAt: at(minute) });
        }
        for (const minute of [5, 1, 3]) {
          await fixture.deliver(other, sampleMail(`mail ${minute}`), { receivedAt: at(minute) });
        }
        await known(fixture, inbox, 4);
        await known(fixture, other, 3);
        const query: MailQuery = { field: 'subject', text: 'mail' };
        const everywhere = await search(fixture, query, { folders: null });
        expect(everywhere.total).toBe(7);
        expect(await subjects(fixture, everywhere)).toEqual(
          [6, 5, 4, 3, 2, 1, 0].map((minute) => `mail ${minute}`),
        );
        const some = await search(fixture, query, { folders: null, limit: 3 });
        expect(some).toEqual({ total: 7, hits: everywhere.hits.slice(0, 3) });
        expect(await search(fixture, query, { folders: [inbox], limit: 2 })).toEqual({
          total: 4,
          hits: everywhere.hits.filter(({ folder }) => folder === inbox).slice(0, 2),
        });
        expect(await search(fixture, query, { folders: [inbox, other], limit: 0 })).toEqual({
          total: 7,
          hits: [],
        });
      }),
    );

    it(
      'finds nothing in an empty folder, and mails at once that came a moment ago',
      runWith(setup, async (fixture) => {
        const { inbox } = fixture;
        expect(await search(fixture, { all: [] })).toEqual({ total: 0, hits: [] });
        expect(await search(fixture, { all: [] }, { folders: null })).toEqual({ total: 0, hits: [] });
        expect(await search(fixture, { all: [] }, { folders: [] })).toEqual({ total: 0, hits: [] });
        await fixture.deliver(inbox, sampleMail('just now'));
        const found = await search(fixture, { field: 'subject', text: 'just' });
        expect(await subjects(fixture, found)).toEqual(['just now']);
      }),
    );

    it(
      'passes over a folder that vanished',
      runWith(setup, async (fixture) => {
        const { inbox } = fixture;
        await fixture.deliver(inbox, sampleMail('here'));
        const other = await fixture.createFolder('Vanishing', null);
        await fixture.deliver(other, sampleMail('there'));
        await known(fixture, other, 1);
        await fixture.deleteFolder(other);
        const query: MailQuery = { field: 'body', text: 'Body of' };
        expect((await search(fixture, query, { folders: [other, inbox] })).total).toBe(1);
        expect((await search(fixture, query, { folders: null })).total).toBe(1);
        // Where it is the only one, `gone` is the better answer; a server that has it open still may call it empty.
        const alone = search(fixture, query, { folders: [other] }).then(
          ({ total }) => total,
          (error: { kind?: unknown }) => error.kind,
        );
        expect(['gone', 0]).toContain(await alone);
      }),
    );
  });
}
