import { canSearchMail, type MailQuery } from '#backend';
import { ImapFactory } from '#backends/imap';
import type { SearchObject } from 'imapflow';
import { mails } from '../corpus.js';
import { median, timed, type Measured } from '../measured.js';
import type { Case, ReadyPhone, Stage } from '../stage.js';

/** A search in one large Inbox, by a phone and through the IMAP backend alone, beside the server's own SEARCH. */
const TIMES_BARE = 2;
const NEWEST = 100;

/** What a phone asks for at once. */
const PAGE = [0, 19] as const;

interface Search {
  readonly name: string;
  /** As its user types it. */
  readonly typed: string;
  readonly query: MailQuery;
  readonly bare: SearchObject;
}

const searches: readonly Search[] = [
  {
    name: 'subject',
    typed: 'subject:"Mail 77"',
    query: { field: 'subject', text: 'Mail 77' },
    bare: { subject: 'Mail 77' },
  },
  {
    name: 'text',
    typed: 'body:"knows where"',
    query: { field: 'body', text: 'knows where' },
    bare: { body: 'knows where' },
  },
];

export const search: Case = {
  name: 'search',
  async run(stage, target) {
    const { imap } = stage.mailboxes;
    const size = stage.sizes.search;
    if (target.name !== 'godwit' || imap === null) return [];
    stage.say(`${target.name}: search in ${size} mails`);
    const user = stage.user(size);
    await stage.mailboxes.seed(user, () => mails(size));
    const factory = new ImapFactory({ host: imap.host, port: imap.port, tls: 'none' });
    try {
      const ready = await stage.ready(target, size);
      return await compare(stage, { user, size, ready }, factory);
    } finally {
      await factory.close();
    }
  },
};

async function compare(
  stage: Stage,
  { user, size, ready }: { user: string; size: number; ready: ReadyPhone },
  factory: ImapFactory,
): Promise<Measured[]> {
  const backend = await factory.open({ user, password: stage.password });
  const client = await stage.mailboxes.connect(user);
  if (client === null || !canSearchMail(backend)) throw new Error('nothing to compare with');
  await client.mailboxOpen('INBOX', { readOnly: true });
  const measured: Measured[] = [];
  for (const { name, typed, query, bare } of searches) {
    const ours: number[] = [];
    const phones: number[] = [];
    const theirs: number[] = [];
    // One after the other in turns, after a first round for the server's caches.
    for (let run = 0; run <= stage.sizes.runs; run++) {
      const own = await timed(() => backend.searchMail({ folders: ['INBOX'], query, limit: NEWEST }));
      const bound = await timed(() => client.search(bare, { uid: true }));
      if (own.result.total !== (bound.result || []).length)
        throw new Error(`${name}: ${own.result.total} hits`);
      const options = { collectionIds: [ready.inbox.id], range: PAGE };
      const phone = await timed(() => ready.phone.search(typed, options));
      if (phone.result.total !== own.result.total) throw new Error(`${name}: ${phone.result.total} hits`);
      if (run === 0) continue;
      ours.push(own.ms);
      phones.push(phone.ms);
      theirs.push(bound.ms);
    }
    const value = median(theirs);
    const of = `search of ${size.toLocaleString('en')} mails by ${name}`;
    const common = { unit: 'ms', bound: { what: 'bare SEARCH', value }, budget: value * TIMES_BARE } as const;
    measured.push(
      { row: `search-${name}`, title: `${of}, 20 hits to a phone`, value: median(phones), ...common },
      { row: `search-${name}-imap`, title: `${of}, IMAP backend alone`, value: median(ours), ...common },
    );
  }
  await client.logout();
  await backend.close();
  return measured;
}
