import { Readable } from 'node:stream';
import {
  canAppend,
  canDelete,
  canEditFolders,
  canMove,
  canReadPart,
  canReplace,
  canSearchMail,
  canUpdateState,
  NOTED,
  type Backend,
  type Item,
  type MailState,
  type MessageReplacer,
} from '#backend';
import { plainView, Replica, sampleMail } from '#backend/contract';
import { MemoryBackend, MemoryMailbox } from '#backends/memory';
import { MemoryMailNotesStore, StoreUnavailable } from '#store';
import fc from 'fast-check';
import { notedMail, type MailSource } from './noted-mail.js';

/** A store that can be away, and that counts what it is asked. */
class Store extends MemoryMailNotesStore {
  isAway = false;
  asked = 0;
  override async find(...args: Parameters<MemoryMailNotesStore['find']>) {
    return this.pass(() => super.find(...args));
  }
  override async put(...args: Parameters<MemoryMailNotesStore['put']>) {
    return this.pass(() => super.put(...args));
  }
  override async replace(...args: Parameters<MemoryMailNotesStore['replace']>) {
    return this.pass(() => super.replace(...args));
  }
  override async categories(...args: Parameters<MemoryMailNotesStore['categories']>) {
    return this.pass(() => super.categories(...args));
  }
  private pass<T>(call: () => T): T {
    this.asked++;
    if (this.isAway) throw new StoreUnavailable('away');
    return call();
  }
}

let mailbox: MemoryMailbox;
let store: Store;
let told: unknown[];
/** Two nodes of a cluster: nothing is shared but the mailbox and the store. */
let one: MailSource & MessageReplacer;
let two: MailSource & MessageReplacer;

const node = (inner: Backend = new MemoryBackend(mailbox)) =>
  notedMail(inner, store, 't/ada', { onUnavailable: (error) => told.push(error) }) as MailSource &
    MessageReplacer;

beforeEach(() => {
  mailbox = new MemoryMailbox();
  mailbox.createFolder('Drafts', 'drafts');
  mailbox.createFolder('Work');
  store = new Store();
  told = [];
  [one, two] = [node(), node()];
});

const stateOf = async (backend: Backend, folder: string, id: string, version = 161): Promise<Item> => {
  const view = { ...plainView, protocolVersion: version, detail: 'state' as const };
  for await (const result of backend.read(folder, [id], view)) {
    if ('item' in result) return result.item;
    throw new Error(result.failure);
  }
  throw new Error('nothing was read');
};
const namesOf = async (id: string, backend: Backend = two): Promise<unknown> =>
  (await stateOf(backend, 'Inbox', id)).Categories?.Category ?? [];
const flagsAt = (folder: string, id: string) => mailbox.folder(folder).find(id)!.flags;
const replicaOf = async (backend: Backend, folder: string): Promise<Replica> => {
  const replica = new Replica(backend, folder);
  await replica.sync();
  return replica;
};
const due: NonNullable<MailState['followUp']> = {
  Status: 2,
  FlagType: 'Flag for follow up',
  Subject: 'Angebot, "Süd"',
  StartDate: new Date('2026-11-30T00:00:00Z'),
  UtcStartDate: new Date('2026-11-29T23:00:00Z'),
  DueDate: new Date('2026-12-01T00:00:00Z'),
  UtcDueDate: new Date('2026-11-30T23:00:00Z'),
  ReminderSet: true,
  ReminderTime: new Date('2026-12-01T08:00:00Z'),
  OrdinalDate: new Date('2026-11-22T12:00:00Z'),
  SubOrdinalDate: '5555555',
};
const flagged: MailState = { flagStatus: 2, followUp: due };
const done: MailState = {
  flagStatus: 1,
  followUp: { Status: 1, CompleteTime: new Date(0), DateCompleted: new Date(0) },
};

describe('the abilities of a noted source', () => {
  it('are those of the source, so that nobody asks for what it cannot do', () => {
    const inner = new MemoryBackend(mailbox);
    const port: Backend = {
      kind: 'bare',
      folders: () => inner.folders(),
      changes: (request) => inner.changes(request),
      read: (...args) => inner.read(...args),
      watch: (...args) => inner.watch(...args),
      close: () => inner.close(),
    };
    const bare = notedMail(port, store, 'a');
    for (const can of [
      canUpdateState,
      canDelete,
      canMove,
      canAppend,
      canReplace,
      canReadPart,
      canSearchMail,
      canEditFolders,
    ])
      expect(can(bare)).toBe(false);
    for (const can of [canUpdateState, canDelete, canMove, canAppend, canReplace, canReadPart])
      expect(can(one)).toBe(true);
    expect(canEditFolders(one)).toBe(canEditFolders(new MemoryBackend(mailbox)));
  });
});

describe('flags', () => {
  it('set with dates on one phone arrive on the other, in every version that has flags', async () => {
    const id = mailbox.deliver('Inbox', sampleMail('a'));
    const other = await replicaOf(two, 'Inbox');
    const { version } = await one.updateState('Inbox', id, flagged);
    await other.sync();
    expect(other.known.get(id)?.version).toBe(version);
    expect((await replicaOf(two, 'Inbox')).known.get(id)?.version).toBe(version);
    expect((await stateOf(two, 'Inbox', id)).Flag).toEqual(due);
    const old = await stateOf(two, 'Inbox', id, 121);
    expect(old.Flag).toEqual(due);
    expect(old).not.toHaveProperty('Categories');
    expect(flagsAt('Inbox', id)).toMatchObject({ flagged: true, noted: true });
  });

  it('whose dates alone change are told again, and never under an old version', async () => {
    const id = mailbox.deliver('Inbox', sampleMail('a'));
    const versions = new Set<string>();
    for (let day = 1; day < 4; day++) {
      const followUp = { ...due, DueDate: new Date(Date.UTC(2026, 11, day)) };
      versions.add((await one.updateState('Inbox', id, { flagStatus: 2, followUp })).version);
      if (day === 2) await one.updateState('Inbox', id, { flagStatus: 0, followUp: {} });
    }
    expect(versions.size).toBe(3);
  });

  it('that are complete stay complete; cleared ones leave nothing behind', async () => {
    const id = mailbox.deliver('Inbox', sampleMail('a'));
    await one.updateState('Inbox', id, flagged);
    await one.updateState('Inbox', id, done);
    expect((await stateOf(two, 'Inbox', id)).Flag).toEqual(done.followUp);
    expect(flagsAt('Inbox', id).flagged).toBe(false);
    const { version } = await two.updateState('Inbox', id, { flagStatus: 0, followUp: {} });
    expect((await stateOf(one, 'Inbox', id)).Flag).toEqual({});
    expect(version).toBe('-');
    expect(await store.find('t/ada', 'Inbox', [id])).toEqual([]);
  });

  it('taken or set by another program: the source has the last word', async () => {
    const id = mailbox.deliver('Inbox', sampleMail('a'));
    const star = (on: boolean) =>
      mailbox.folder('Inbox').setFlags(mailbox.folder('Inbox').find(id)!, { flagged: on });
    await one.updateState('Inbox', id, flagged);
    star(false);
    expect((await stateOf(two, 'Inbox', id)).Flag).toEqual({});
    await one.updateState('Inbox', id, done);
    star(true);
    expect((await stateOf(two, 'Inbox', id)).Flag).toMatchObject({ Status: 2 });
    expect((await stateOf(two, 'Inbox', id)).Flag).not.toHaveProperty('CompleteTime');
  });

  it('without dates after one with dates drop them, although the star stays', async () => {
    const id = mailbox.deliver('Inbox', sampleMail('a'));
    const first = await one.updateState('Inbox', id, flagged);
    const other = await replicaOf(two, 'Inbox');
    const star = { Status: 2, FlagType: 'for Follow Up' };
    const second = await one.updateState('Inbox', id, { flagStatus: 2, followUp: star });
    await other.sync();
    expect(other.known.get(id)?.version).toBe(second.version);
    expect(second.version).not.toBe(first.version);
    expect((await stateOf(two, 'Inbox', id)).Flag).toEqual(star);
  });

  it('and mails without notes cost no question to the store', async () => {
    const ids = ['a', 'b', 'c'].map((subject) => mailbox.deliver('Inbox', sampleMail(subject)));
    const replica = await replicaOf(one, 'Inbox');
    const asked = store.asked;
    await one.updateState('Inbox', ids[0]!, {
      flagStatus: 2,
      followUp: { Status: 2, FlagType: 'Follow up' },
    });
    await one.updateState('Inbox', ids[1]!, {
      read: true,
      flagStatus: 0,
      followUp: {},
      keywords: ['Work', 'blue'],
    });
    mailbox.deliver('Inbox', sampleMail('d'));
    await replica.sync();
    await stateOf(one, 'Inbox', ids[1]!);
    expect(store.asked).toBe(asked);
  });

  it('keep what a phone sends in bounds, whatever it is', () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          Status: fc.constantFrom(1, 2),
          Subject: fc.string({ unit: 'binary', maxLength: 2_000 }),
          FlagType: fc.string({ unit: 'binary', maxLength: 900 }),
          DueDate: fc.date({ noInvalidDate: true }),
        }),
        async (followUp) => {
          const id = mailbox.deliver('Inbox', sampleMail('any'));
          await one.updateState('Inbox', id, { flagStatus: followUp.Status, followUp });
          const [row] = await store.find('t/ada', 'Inbox', [id]);
          if (row) expect(Buffer.byteLength(JSON.stringify(row.followUp))).toBeLessThan(8_000);
          expect(JSON.stringify(row?.followUp ?? null)).not.toMatch(/\\u[0-9a-f]{4}/);
        },
      ),
      { numRuns: 50 },
    ));
});

describe('what was done to a mail', () => {
  const at = new Date('2026-11-22T12:34:56Z');

  it('tells a reply to all from a reply, with its time; from 14.0 on', async () => {
    const id = mailbox.deliver('Inbox', sampleMail('a'));
    await one.updateState('Inbox', id, { answered: true, lastVerb: { verb: 2, at } });
    expect(await stateOf(two, 'Inbox', id)).toMatchObject({ LastVerbExecuted: 2, LastVerbExecutionTime: at });
    expect(await stateOf(two, 'Inbox', id, 121)).not.toHaveProperty('LastVerbExecuted');
  });

  it('and the flag do not undo each other', async () => {
    const id = mailbox.deliver('Inbox', sampleMail('a'));
    await one.updateState('Inbox', id, { answered: true, lastVerb: { verb: 2, at } });
    await two.updateState('Inbox', id, flagged);
    await one.updateState('Inbox', id, { flagStatus: 0, followUp: {} });
    expect(await stateOf(two, 'Inbox', id)).toMatchObject({ Flag: {}, LastVerbExecuted: 2 });
    expect(flagsAt('Inbox', id).noted).toBe(true);
  });
});

describe('a store that is away', () => {
  it('lets mail be read without notes, stars be set and replies be marked, but no dates be lost silently', async () => {
    const id = mailbox.deliver('Inbox', sampleMail('a'));
    await one.updateState('Inbox', id, { ...flagged, keywords: ['Büro'] });
    store.isAway = true;
    const other = node();
    expect(await stateOf(other, 'Inbox', id)).toMatchObject({
      Flag: { Status: 2, FlagType: 'for Follow Up' },
      Categories: { Category: ['Buro_'] },
    });
    expect(told).not.toHaveLength(0);
    await other.updateState('Inbox', id, { answered: true, lastVerb: { verb: 1, at: new Date(0) } });
    await other.updateState('Inbox', id, { flagStatus: 0, followUp: {} });
    expect(flagsAt('Inbox', id)).toMatchObject({ answered: true, flagged: false });
    const unavailable = { name: 'BackendError', kind: 'unavailable' };
    await expect(other.updateState('Inbox', id, flagged)).rejects.toMatchObject(unavailable);
    expect(flagsAt('Inbox', id).flagged).toBe(false);
    await expect(other.updateState('Inbox', id, { keywords: ['Süd Ost'] })).rejects.toMatchObject(
      unavailable,
    );
    // A page without notes would tell phones of changes that never were.
    await expect(replicaOf(other, 'Inbox')).rejects.toMatchObject(unavailable);
  });
});

describe('categories', () => {
  const names = [
    'Büro',
    'Work',
    'To Do',
    'Angebot, "Süd"',
    'Two words',
    '工作',
    'plain',
    'Under_score',
    'Junk',
    '$label1',
  ];

  it('of any name arrive on the other phone as they were', async () => {
    const id = mailbox.deliver('Inbox', sampleMail('a'));
    await one.updateState('Inbox', id, { keywords: names });
    expect(await namesOf(id)).toEqual(names);
    const keywords = flagsAt('Inbox', id).keywords;
    for (const keyword of keywords) expect(keyword).toMatch(/^[!-~]{1,46}$/);
    expect(keywords).toEqual(expect.arrayContaining(['$label2', '$label4', 'plain']));
    expect(keywords).not.toContain('$label1');
  });

  it('made on two nodes at once never share a keyword', async () => {
    const [a, b] = [mailbox.deliver('Inbox', sampleMail('a')), mailbox.deliver('Inbox', sampleMail('b'))];
    await Promise.all([
      one.updateState('Inbox', a, { keywords: ['Süd', 'a b'] }),
      two.updateState('Inbox', b, { keywords: ['Sud!', 'A  B', 'Sud_'] }),
    ]);
    const third = node();
    expect(await namesOf(a, third)).toEqual(['Süd', 'a b']);
    expect(await namesOf(b, third)).toEqual(['Sud!', 'A  B', 'Sud_']);
  });

  it('of other programs show as they are, and are looked up once', async () => {
    const flags = { keywords: ['Other_program', '$label3'] };
    const id = mailbox.deliver('Inbox', sampleMail('a'), { flags });
    expect(await namesOf(id)).toEqual(['Other_program', 'Personal']);
    const asked = store.asked;
    expect(await namesOf(id)).toEqual(['Other_program', 'Personal']);
    expect(store.asked).toBe(asked);
  });

  it('cannot be our own mark or control characters, and are no two of the same name', async () => {
    const id = mailbox.deliver('Inbox', sampleMail('a'));
    await one.updateState('Inbox', id, { keywords: [NOTED, '\\Seen', 'Red', 'red', ' RED ', ''] });
    expect(await namesOf(id)).toEqual([NOTED, '\\Seen', 'Red']);
    expect(flagsAt('Inbox', id)).toMatchObject({ noted: false, seen: false });
    for (const name of ['a\r\nb', 'x'.repeat(256), '\ud800'])
      await expect(one.updateState('Inbox', id, { keywords: [name] })).rejects.toMatchObject({
        kind: 'invalid',
      });
  });
});

describe('moves and deletions', () => {
  it('notes follow a mail, and its new version is what the feed tells', async () => {
    const id = mailbox.deliver('Inbox', sampleMail('a'));
    await one.updateState('Inbox', id, flagged);
    const moved = (await one.moveItems('Inbox', [id, 'nobody'], 'Work')).get(id)!;
    expect((await replicaOf(two, 'Work')).known.get(moved.id)?.version).toBe(moved.version);
    expect((await stateOf(two, 'Work', moved.id)).Flag).toEqual(due);
    expect(await store.find('t/ada', 'Inbox', [id])).toEqual([]);
  });

  it('a deleted mail leaves no note', async () => {
    const id = mailbox.deliver('Inbox', sampleMail('a'));
    await one.updateState('Inbox', id, flagged);
    await one.deleteItems('Inbox', [id]);
    expect(await store.find('t/ada', 'Inbox', [id])).toEqual([]);
  });

  it('a change to a mail that is gone says so and leaves no note', async () => {
    await expect(one.updateState('Inbox', 'nobody', flagged)).rejects.toMatchObject({ kind: 'gone' });
    expect(await store.find('t/ada', 'Inbox', ['nobody'])).toEqual([]);
  });
});

describe('a draft that is rewritten', () => {
  const rewrite = (id: string, text: string, backend: MessageReplacer = one, state: MailState = {}) => {
    const message = sampleMail(text);
    return backend.replaceMessage('Drafts', id, Readable.from([message]), message.length, state);
  };
  const subjectOf = async (backend: Backend, id: string): Promise<string> => {
    for await (const result of backend.read('Drafts', [id], plainView))
      return 'item' in result ? `${result.id} ${result.item.Subject}` : result.failure;
    return 'nothing';
  };
  const draft = (subject: string) =>
    mailbox.deliver('Drafts', sampleMail(subject), { flags: { draft: true, flagged: true } });
  const live = () =>
    mailbox
      .folder('Drafts')
      .mails()
      .map(({ id }) => id);

  it('keeps its id for all phones, with another version each time', async () => {
    const [id, other] = [draft('one'), draft('other')];
    const phones = [await replicaOf(one, 'Drafts'), await replicaOf(two, 'Drafts')];
    const versions = new Set([phones[0]!.known.get(id)?.version]);
    for (const text of ['two', 'three', 'four']) {
      const replaced = await rewrite(id, text, versions.size % 2 === 0 ? two : one);
      expect(replaced.id).toBe(id);
      versions.add(replaced.version);
      for (const phone of phones) {
        const pages = await phone.sync();
        expect(pages.flatMap(({ removed }) => removed)).not.toContain(id);
        expect(phone.known.get(id)?.version).toBe(replaced.version);
        expect(phone.ids).toEqual([id, other].sort());
      }
      for (const backend of [one, two, node()]) expect(await subjectOf(backend, id)).toBe(`${id} ${text}`);
    }
    expect(versions.size).toBe(4);
    expect(live()).toHaveLength(2);
    expect(
      flagsAt(
        'Drafts',
        live().find((item) => item !== other)!,
      ),
    ).toMatchObject({ draft: true, flagged: true });
  });

  it('is listed under its id, in a listing of one page as in one of many', async () => {
    const ids = Array.from({ length: 9 }, (_, index) => draft(`draft ${index}`));
    for (const index of [0, 4, 8]) await rewrite(ids[index]!, `new ${index}`);
    for (const limit of [2, 100]) {
      const fresh = new Replica(node(), 'Drafts');
      // A phone that has them from before compares.
      for (const id of ids) fresh.known.set(id, { version: 'old', day: 0 });
      await fresh.sync(limit);
      expect(fresh.ids).toEqual([...ids].sort());
    }
  });

  it('can be changed, flagged, read among others, moved and deleted by its id, on nodes that never heard of it', async () => {
    const [first, id, last] = [draft('first'), draft('one'), draft('last')];
    await rewrite(id, 'two');
    const { version } = await node().updateState('Drafts', id, flagged);
    expect((await replicaOf(two, 'Drafts')).known.get(id)?.version).toBe(version);
    const seen: string[] = [];
    for await (const result of node().read('Drafts', [first, id, 'nobody', last], plainView))
      seen.push('item' in result ? `${result.id} ${result.item.Subject}` : `${result.id} ${result.failure}`);
    expect(seen).toEqual([`${first} first`, `${id} two`, 'nobody gone', `${last} last`]);
    const phone = await replicaOf(two, 'Drafts');
    const moved = await node().moveItems('Drafts', [first, id], 'Work');
    expect([...moved.keys()]).toEqual([first, id]);
    expect((await stateOf(two, 'Work', moved.get(id)!.id)).Flag).toEqual(due);
    await phone.sync();
    expect(phone.ids).toEqual([last]);
    await rewrite(last, 'rewritten');
    await phone.sync();
    expect(phone.ids).toEqual([last]);
    expect(await node().deleteItems('Drafts', [last])).toEqual({ failed: [] });
    expect(live()).toEqual([]);
    await phone.sync();
    expect(phone.ids).toEqual([]);
    await expect(rewrite(last, 'again', node())).rejects.toMatchObject({ kind: 'gone' });
    expect(live()).toEqual([]);
  });

  it('and deleted by another program is gone from all phones', async () => {
    const id = draft('one');
    await rewrite(id, 'two');
    const phones = [await replicaOf(one, 'Drafts'), await replicaOf(two, 'Drafts')];
    mailbox.folder('Drafts').remove(live()[0]!);
    for (const phone of phones) {
      await phone.sync();
      expect(phone.ids).toEqual([]);
    }
  });

  it('by two phones at once: one is told of it, and one draft is left', async () => {
    const id = draft('one');
    const done = await Promise.allSettled([rewrite(id, 'a', one), rewrite(id, 'b', two)]);
    const failed = done.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(failed).toHaveLength(1);
    for (const reason of failed) expect(reason).toMatchObject({ name: 'BackendError' });
    expect(live()).toHaveLength(1);
    expect((await replicaOf(node(), 'Drafts')).ids).toEqual([id]);
  });

  it('is not lost, whatever step of it fails', async () => {
    for (const step of ['append', 'updateState', 'deleteItems'] as const) {
      const id = draft(`before ${step}`);
      const inner = new MemoryBackend(mailbox);
      Object.assign(inner, { [step]: () => Promise.reject(new Error('killed')) });
      await expect(rewrite(id, `after ${step}`, node(inner))).rejects.toThrow('killed');
      expect(await subjectOf(node(), id)).toMatch(step === 'append' ? `${id} before` : id);
      expect((await replicaOf(node(), 'Drafts')).ids).toContain(id);
      await rewrite(id, `at last ${step}`);
      expect(await subjectOf(one, id)).toBe(`${id} at last ${step}`);
      await one.deleteItems('Drafts', [id]);
    }
    store.isAway = true;
    const id = draft('kept');
    await expect(rewrite(id, 'lost')).rejects.toMatchObject({ kind: 'unavailable' });
    expect(live().length).toBeLessThanOrEqual(2);
    store.isAway = false;
    expect(await subjectOf(two, id)).toBe(`${id} kept`);
  });

  it('is found again where the source does not tell the id of what it stored', async () => {
    const inner = new MemoryBackend(mailbox);
    const append = inner.append.bind(inner);
    inner.append = async (...args) => (await append(...args), { id: null });
    const id = draft('one');
    for (const text of ['two', 'three']) expect((await rewrite(id, text, node(inner))).id).toBe(id);
    expect(await subjectOf(two, id)).toBe(`${id} three`);
    expect(live()).toHaveLength(1);
  });
});
