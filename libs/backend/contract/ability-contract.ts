import type { EmailItem } from '#eas';
import { Readable } from 'node:stream';
import { canAppend, canDelete, canMove, canReadPart, canSearchMail, canUpdateState } from '../abilities.js';
import { type ContractFeatures, type ContractSetup, type Fixture } from './fixture.js';
import { Replica } from './replica.js';
import { runWith } from './run-with.js';
import { eventually, mailWithAttachment, plainView, sampleMail } from './sample-mail.js';

async function known(fixture: Fixture, folder: string, count: number): Promise<Replica> {
  const replica = new Replica(fixture.backend, folder);
  await eventually(async () => (await replica.sync(), replica.ids.length === count));
  return replica;
}

export function abilityContract(setup: ContractSetup): void {
  const { features } = setup;
  describe('abilities', () => {
    it(
      'are exactly those that were declared',
      runWith(setup, async ({ backend }) => {
        const shown: Pick<
          ContractFeatures,
          'updateState' | 'deleteItems' | 'moveItems' | 'append' | 'readPart' | 'searchMail'
        > = {
          updateState: canUpdateState(backend),
          deleteItems: canDelete(backend),
          moveItems: canMove(backend),
          append: canAppend(backend),
          readPart: canReadPart(backend),
          searchMail: canSearchMail(backend),
        };
        expect(features).toMatchObject(shown);
      }),
    );
    if (features.updateState) stateContract(setup);
    if (features.deleteItems) deleteContract(setup);
    if (features.moveItems) moveContract(setup);
    if (features.append) appendContract(setup);
    if (features.readPart) partContract(setup);
  });
}

function stateContract(setup: ContractSetup): void {
  it(
    'updateState returns the version which the feed tells from then on',
    runWith(setup, async (fixture) => {
      const { backend, inbox } = fixture;
      if (!canUpdateState(backend)) throw new Error('cannot');
      await fixture.deliver(inbox, sampleMail('to be read'));
      const replica = await known(fixture, inbox, 1);
      const id = replica.ids[0]!;
      const states = [
        { read: true },
        { flagStatus: 2 as const },
        { answered: true },
        { read: false, flagStatus: 0 as const },
      ];
      for (const state of states) {
        const { version } = await backend.updateState(inbox, id, state);
        await replica.sync();
        expect(replica.known.get(id)?.version).toBe(version);
        const fresh = await known(fixture, inbox, 1);
        expect(fresh.known.get(id)?.version).toBe(version);
      }
      for await (const result of backend.read(inbox, [id], { ...plainView, detail: 'state' })) {
        expect(result).toMatchObject({ item: { Read: false, LastVerbExecuted: 1 } });
      }
    }),
  );

  it(
    'updateState says gone for a mail that is not there',
    runWith(setup, async ({ backend, inbox }) => {
      if (!canUpdateState(backend)) throw new Error('cannot');
      const failure = { name: 'BackendError', kind: 'gone' };
      await expect(backend.updateState(inbox, 'zzzzzzz-zzzzzz', { read: true })).rejects.toMatchObject(
        failure,
      );
    }),
  );
}

function deleteContract(setup: ContractSetup): void {
  it(
    'deleteItems deletes for good, and does not mind what is gone already',
    runWith(setup, async (fixture) => {
      const { backend, inbox } = fixture;
      if (!canDelete(backend)) throw new Error('cannot');
      for (const subject of ['a', 'b', 'c']) await fixture.deliver(inbox, sampleMail(subject));
      const replica = await known(fixture, inbox, 3);
      const [first, second, third] = replica.ids;
      expect(await backend.deleteItems(inbox, [first!, third!])).toEqual({ failed: [] });
      expect(await backend.deleteItems(inbox, [first!])).toEqual({ failed: [] });
      await replica.sync();
      expect(replica.ids).toEqual([second]);
    }),
  );
}

function moveContract(setup: ContractSetup): void {
  it(
    'moveItems tells the new id and version, and leaves out what is not there',
    runWith(setup, async (fixture) => {
      const { backend, inbox } = fixture;
      if (!canMove(backend)) throw new Error('cannot');
      const target = await fixture.createFolder('Target', null);
      await fixture.deliver(inbox, sampleMail('moves'), { seen: true });
      await fixture.deliver(inbox, sampleMail('stays'));
      const replica = await known(fixture, inbox, 2);
      const [moving, staying] = replica.ids;
      const moved = await backend.moveItems(inbox, [moving!, 'zzzzzzz-zzzzzz'], target);
      expect([...moved.keys()]).toEqual([moving]);
      const there = await known(fixture, target, 1);
      expect(there.ids).toEqual([moved.get(moving!)!.id]);
      expect(there.known.get(there.ids[0]!)?.version).toBe(moved.get(moving!)!.version);
      await replica.sync();
      expect(replica.ids).toEqual([staying]);
      for await (const result of backend.read(target, there.ids, plainView)) {
        expect(result).toMatchObject({ item: { Subject: 'moves', Read: true } });
      }
    }),
  );
}

function appendContract(setup: ContractSetup): void {
  it(
    'append stores a streamed message with its state',
    runWith(setup, async (fixture) => {
      const { backend, inbox } = fixture;
      if (!canAppend(backend)) throw new Error('cannot');
      const message = sampleMail('appended');
      const pieces = [message.subarray(0, 10), message.subarray(10, 100), message.subarray(100)];
      const { id } = await backend.append(inbox, Readable.from(pieces), message.length, { read: true });
      const replica = await known(fixture, inbox, 1);
      if (id !== null) expect(replica.ids).toEqual([id]);
      for await (const result of backend.read(inbox, replica.ids, plainView)) {
        expect(result).toMatchObject({ item: { Subject: 'appended', Read: true } });
      }
    }),
  );

  it(
    'append leaves nothing behind when the message breaks off',
    runWith(setup, async (fixture) => {
      const { backend, inbox } = fixture;
      if (!canAppend(backend)) throw new Error('cannot');
      const message = sampleMail('broken');
      const breaking = Readable.from(
        (async function* () {
          yield message.subarray(0, 50);
          throw new Error('the phone went away');
        })(),
      );
      await expect(backend.append(inbox, breaking, message.length, {})).rejects.toThrow();
      await fixture.deliver(inbox, sampleMail('whole'));
      await known(fixture, inbox, 1);
    }),
  );
}

function partContract(setup: ContractSetup): void {
  it(
    'readPart hands out an attachment by its FileReference, whole and by ranges',
    runWith(setup, async (fixture) => {
      const { backend, inbox } = fixture;
      if (!canReadPart(backend)) throw new Error('cannot');
      const content = Buffer.from(Array.from({ length: 200_001 }, (_, i) => (i * 7 + (i >> 8)) & 0xff));
      await fixture.deliver(inbox, mailWithAttachment('with data', content));
      const [id] = (await known(fixture, inbox, 1)).ids;
      let reference = '';
      for await (const result of backend.read(inbox, [id!], plainView)) {
        if ('item' in result) reference = await firstReference(result.item);
      }
      const whole = await backend.readPart(inbox, id!, reference);
      expect(whole).toMatchObject({
        size: content.length,
        name: 'data.bin',
        contentType: 'application/octet-stream',
      });
      expect((await gather(whole.content)).equals(content)).toBe(true);
      for (const [first, last] of [
        [0, 0],
        [99_999, 150_000],
        [200_000, 200_000],
        [5, 999_999],
      ] as const) {
        const part = await backend.readPart(inbox, id!, reference, { first, last });
        expect(part.size).toBe(content.length);
        expect((await gather(part.content)).equals(content.subarray(first, last + 1))).toBe(true);
      }
    }),
  );

  it(
    'readPart tells apart what is gone and what is out of range',
    runWith(setup, async (fixture) => {
      const { backend, inbox } = fixture;
      if (!canReadPart(backend)) throw new Error('cannot');
      await fixture.deliver(inbox, mailWithAttachment('small', Buffer.from('12345')));
      const [id] = (await known(fixture, inbox, 1)).ids;
      const kindOf = (read: Promise<unknown>): Promise<unknown> =>
        read.then(
          () => 'read',
          (error: { kind?: unknown }) => error.kind,
        );
      expect(await kindOf(backend.readPart(inbox, id!, '2', { first: 5, last: 9 }))).toBe('invalid');
      expect(await kindOf(backend.readPart(inbox, id!, '7'))).toBe('gone');
      expect(await kindOf(backend.readPart(inbox, 'zzzzzzz-zzzzzz', '2'))).toBe('gone');
    }),
  );
}

/** FileReference of an item's first attachment. */
async function firstReference(item: EmailItem): Promise<string> {
  for await (const attachment of item.Attachments?.Attachment ?? []) return attachment.FileReference;
  throw new Error('no attachment');
}

async function gather(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
}
