import { canSearchMail, type MailQuery } from '#backend';
import { ImapFactory } from '#backends/imap';
import type { SearchObject } from 'imapflow';
import { mails } from '../corpus.js';
import { median, timed, type Measured } from '../measured.js';
import type { Case, Stage } from '../stage.js';

/** A search in one large Inbox, through the IMAP backend, beside the server's own SEARCH. */
const TIMES_BARE = 2;
const NEWEST = 100;

const searches: readonly { name: string; query: MailQuery; bare: SearchObject }[] = [
  { name: 'subject', query: { field: 'subject', text: 'Mail 77' }, bare: { subject: 'Mail 77' } },
  { name: 'text', query: { field: 'body', text: 'knows where' }, bare: { body: 'knows where' } },
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
      return await compare(stage, user, size, factory);
    } finally {
      await factory.close();
    }
  },
};

async function compare(stage: Stage, user: string, size: number, factory: ImapFactory): Promise<Measured[]> {
  const backend = await factory.open({ user, password: stage.password });
  const client = await stage.mailboxes.connect(user);
  if (client === null || !canSearchMail(backend)) throw new Error('nothing to compare with');
  await client.mailboxOpen('INBOX', { readOnly: true });
  const measured: Measured[] = [];
  for (const { name, query, bare } of searches) {
    const ours: number[] = [];
    const theirs: number[] = [];
    // One after the other in turns, after a first round for the server's caches.
    for (let run = 0; run <= stage.sizes.runs; run++) {
      const own = await timed(() => backend.searchMail({ folders: ['INBOX'], query, limit: NEWEST }));
      const bound = await timed(() => client.search(bare, { uid: true }));
      if (own.result.total !== (bound.result || []).length)
        throw new Error(`${name}: ${own.result.total} hits`);
      if (run === 0) continue;
      ours.push(own.ms);
      theirs.push(bound.ms);
    }
    const value = median(theirs);
    measured.push({
      row: `search-${name}`,
      title: `search of ${size.toLocaleString('en')} mails by ${name}`,
      unit: 'ms',
      value: median(ours),
      bound: { what: 'bare SEARCH', value },
      budget: value * TIMES_BARE,
    });
  }
  await client.logout();
  await backend.close();
  return measured;
}
