import { Readable } from 'node:stream';
import { canAppend, canMove, canUpdateState, type MailState } from '../abilities.js';
import { NOTED } from '../mail-keywords.js';
import type { Backend } from '../port.js';
import { type ContractSetup, type Fixture } from './fixture.js';
import { Replica } from './replica.js';
import { runWith } from './run-with.js';
import { eventually, plainView, sampleMail } from './sample-mail.js';

/** Categories as a phone is told them, raw; null where there are none. */
async function categoriesOf(backend: Backend, folder: string, id: string): Promise<readonly string[] | null> {
  for await (const result of backend.read(folder, [id], { ...plainView, detail: 'state' })) {
    if (!('item' in result)) throw new Error(result.reason);
    expect(result.item.Categories).toBeDefined();
    const names: string[] = [];
    for await (const name of result.item.Categories?.Category ?? []) names.push(name);
    return names.length > 0 ? names : null;
  }
  throw new Error('nothing was read');
}

async function one(fixture: Fixture, folder = fixture.inbox): Promise<{ id: string; replica: Replica }> {
  const replica = new Replica(fixture.backend, folder);
  await eventually(async () => (await replica.sync(), replica.ids.length === 1));
  return { id: replica.ids[0]!, replica };
}

const lower = (names: readonly string[] | null): string[] =>
  (names ?? []).map((name) => name.toLowerCase()).sort();

/** Changes a mail and proves that the feed tells what the change returned. */
async function change(fixture: Fixture, replica: Replica, id: string, state: MailState): Promise<string> {
  const { backend, inbox } = fixture;
  if (!canUpdateState(backend)) throw new Error('cannot');
  const { version } = await backend.updateState(inbox, id, state);
  await replica.sync();
  expect(replica.known.get(id)?.version).toBe(version);
  return version;
}

export function keywordContract(setup: ContractSetup): void {
  if (!setup.features.updateState || !setup.features.rawKeywords) return;
  describe('categories', () => {
    it(
      'are replaced as a whole, and the keywords of mail programs stay',
      runWith(setup, async (fixture) => {
        const { backend, inbox } = fixture;
        await fixture.deliver(inbox, sampleMail('coloured'), { seen: true, keywords: ['$Junk', 'Green'] });
        const { id, replica } = await one(fixture);
        const versions = [replica.known.get(id)?.version];
        expect(await categoriesOf(backend, inbox, id)).toEqual(['Green']);
        versions.push(await change(fixture, replica, id, { keywords: ['Red', 'Blue'] }));
        expect(lower(await categoriesOf(backend, inbox, id))).toEqual(['blue', 'red']);
        versions.push(await change(fixture, replica, id, { keywords: ['blue'], read: false }));
        expect(lower(await categoriesOf(backend, inbox, id))).toEqual(['blue']);
        versions.push(await change(fixture, replica, id, { read: true }));
        expect(lower(await categoriesOf(backend, inbox, id))).toEqual(['blue']);
        versions.push(await change(fixture, replica, id, { keywords: [] }));
        expect(await categoriesOf(backend, inbox, id)).toBeNull();
        expect(new Set(versions).size).toBe(versions.length);
        expect(versions.at(-1)).toBe('s');
        expect((await fixture.flagNames(inbox)).filter((name) => !name.startsWith('\\'))).toEqual(['$Junk']);
      }),
    );

    it(
      'that somebody else sets are told',
      runWith(setup, async (fixture) => {
        const { backend, inbox } = fixture;
        const handle = await fixture.deliver(inbox, sampleMail('to be coloured'));
        const { id, replica } = await one(fixture);
        const before = replica.known.get(id)?.version;
        await fixture.setFlags(inbox, handle, { keywords: ['Holiday'] });
        await eventually(async () => (await replica.sync(), replica.known.get(id)?.version !== before));
        expect(await categoriesOf(backend, inbox, id)).toEqual(['Holiday']);
      }),
    );

    it(
      'that are no keywords are refused, and nothing else of the change is done',
      runWith(setup, async (fixture) => {
        const { backend, inbox } = fixture;
        if (!canUpdateState(backend)) throw new Error('cannot');
        await fixture.deliver(inbox, sampleMail('plain'));
        const { id, replica } = await one(fixture);
        for (const keyword of ['two words', 'x)\r\nA1 LOGOUT', '\\Deleted', 'Ä', '']) {
          const changing = backend.updateState(inbox, id, { keywords: ['Good', keyword], read: true });
          await expect(changing).rejects.toMatchObject({ name: 'BackendError', kind: 'invalid' });
        }
        await replica.sync();
        expect(replica.known.get(id)?.version).toBe('-');
      }),
    );

    it(
      'and the note move along with a mail',
      runWith(setup, async (fixture) => {
        const { backend, inbox } = fixture;
        if (!canMove(backend) || !canUpdateState(backend)) return;
        const target = await fixture.createFolder('Archive 2026', null);
        // In the target the same letters or numbers may stand for other keywords.
        await fixture.deliver(target, sampleMail('other'), { keywords: ['Other', 'Another'] });
        await fixture.deliver(inbox, sampleMail('moves'));
        const { id, replica } = await one(fixture);
        const version = await change(fixture, replica, id, { keywords: ['Blue', 'Red'], noted: true });
        const moved = (await backend.moveItems(inbox, [id], target)).get(id);
        expect(moved?.version).toBe(version);
        expect(lower(await categoriesOf(backend, target, moved!.id))).toEqual([
          NOTED.toLowerCase(),
          'blue',
          'red',
        ]);
        const there = new Replica(backend, target);
        await eventually(async () => (await there.sync(), there.known.get(moved!.id)?.version === version));
      }),
    );

    it(
      'are stored with an appended draft',
      runWith(setup, async (fixture) => {
        const { backend, inbox } = fixture;
        if (!canAppend(backend)) return;
        const message = sampleMail('draft');
        const state = { keywords: ['Blue'], noted: true, draft: true, read: true };
        await backend.append(inbox, Readable.from([message]), message.length, state);
        const { id, replica } = await one(fixture);
        expect(replica.known.get(id)?.version).toMatch(/^sn#/);
        expect(await categoriesOf(backend, inbox, id)).toEqual(['Blue', NOTED]);
        expect(await fixture.flagNames(inbox)).toContain('\\Draft');
      }),
    );
  });

  describe('a note', () => {
    it(
      'is told to everybody each time it is set, not only the first time',
      runWith(setup, async (fixture) => {
        const { backend, inbox } = fixture;
        if (!canUpdateState(backend)) throw new Error('cannot');
        await fixture.deliver(inbox, sampleMail('other'));
        await fixture.deliver(inbox, sampleMail('noted'), { keywords: ['Blue'] });
        const replica = new Replica(backend, inbox);
        await eventually(async () => (await replica.sync(), replica.ids.length === 2));
        const id = replica.ids.find((each) => replica.known.get(each)?.version !== '-')!;
        for (let round = 0; round < 3; round++) {
          const before = replica.cursor;
          const { version } = await backend.updateState(inbox, id, { noted: true });
          expect(version).toMatch(/^n#/);
          const page = await backend.changes({
            folder: inbox,
            cursor: before,
            scope: { sinceDay: null },
            limit: 10,
          });
          expect(page.cursor).not.toBe(before);
          expect(page.changed.find((entry) => entry.id === id)?.version).toBe(version);
          await replica.sync();
        }
        expect(await categoriesOf(backend, inbox, id)).toEqual(['Blue', NOTED]);
        await backend.updateState(inbox, id, { noted: false });
        expect(await categoriesOf(backend, inbox, id)).toEqual(['Blue']);
      }),
    );

    // Who only counts mails (a source without deltas that is polled) cannot see it.
    if (!setup.features.deltas) return;
    it(
      'wakes those who watch, also when it is renewed',
      runWith(setup, async (fixture) => {
        const { backend, inbox } = fixture;
        if (!canUpdateState(backend)) throw new Error('cannot');
        await fixture.deliver(inbox, sampleMail('watched'));
        const { id } = await one(fixture);
        let notices = 0;
        const watch = await backend.watch([inbox], () => (notices += 1));
        try {
          for (let round = 0; round < 3; round++) {
            const before = notices;
            await backend.updateState(inbox, id, { noted: true });
            await eventually(() => notices > before);
          }
        } finally {
          await watch.close();
        }
      }),
    );
  });
}
