import type { PimClass } from '../item-writer.js';
import type { PimContractSetup } from './pim-fixture.js';
import { refused, withPhone } from './pim-phone.js';

export function pimWriteContract<C extends PimClass>(setup: PimContractSetup<C>): void {
  describe('writing', () => {
    createContract(setup);
    changeContract(setup);
    removeContract(setup);
  });
}

function createContract<C extends PimClass>(setup: PimContractSetup<C>): void {
  it(
    'createItem makes an item as the feed tells it from then on',
    withPhone(setup, async (phone) => {
      await phone.replica.sync();
      const written = await phone.create('Created');
      const [id] = await phone.has('Created');
      expect(written.id).toBe(id);
      expect(written.version).toBe(phone.version(written.id));
      expect(written.day).toBe(phone.replica.known.get(written.id)!.day);
      expect(await phone.fixture.texts(phone.folder)).toHaveLength(1);
    }),
  );

  it(
    'createItem of the same name again makes nothing, whatever came between',
    withPhone(setup, async (phone) => {
      const first = await phone.create('Once', 'key 1');
      const again = await phone.create('Once', 'key 1');
      expect(again).toMatchObject({ id: first.id, version: first.version });
      const changed = await phone.change(first.id, 'Changed', { version: first.version });
      expect(await phone.create('Once', 'key 1')).toMatchObject({ id: first.id, version: changed.version });
      const other = await phone.create('Once', 'key 2');
      expect(other.id).not.toBe(first.id);
      await phone.has('Changed', 'Once');
    }),
  );

  it(
    'createItem says gone of a folder that is not there',
    withPhone(setup, async (phone, { addFolder, removeFolder }) => {
      const passing = await addFolder('Passing');
      await removeFolder(passing);
      await expect(phone.in(passing).create('x')).rejects.toMatchObject(refused('gone'));
    }),
  );

  if (!setup.features.readOnlyFolder) return;
  it(
    'nothing is written where nobody may write',
    withPhone(setup, async (phone, { readOnlyFolder, backend }) => {
      const locked = phone.in(readOnlyFolder!);
      await locked.replica.sync();
      const [id] = locked.replica.ids;
      const never = refused('invalid', 'read-only');
      expect((await backend.folders()).find(({ path }) => path === readOnlyFolder)?.readOnly).toBe(true);
      await expect(locked.create('x')).rejects.toMatchObject(never);
      await expect(locked.change(id!, 'x', { version: null })).rejects.toMatchObject(never);
      await expect(locked.backend.deleteItems(readOnlyFolder!, [id!])).rejects.toMatchObject(never);
      const moving = locked.backend.moveItems(readOnlyFolder!, [id!], phone.folder);
      await expect(moving).rejects.toMatchObject(never);
    }),
  );
}

function changeContract<C extends PimClass>(setup: PimContractSetup<C>): void {
  const { samples } = setup;
  it(
    'changeItem keeps what no phone knows of',
    withPhone(setup, async (phone) => {
      await phone.add('Before');
      const [id] = await phone.has('Before');
      const written = await phone.change(id!, 'After', { version: phone.version(id!) });
      expect(written.id).toBe(id);
      await phone.has('After');
      expect(phone.version(id!)).toBe(written.version);
      const [text] = await phone.fixture.texts(phone.folder);
      expect(text).toContain(samples.unknown);
    }),
  );

  it(
    'changeItem gives way to somebody who was there first, or goes on top of what he wrote',
    withPhone(setup, async (phone) => {
      const { fixture, folder } = phone;
      const [handle] = await phone.add('Mine');
      const [id] = await phone.has('Mine');
      const known = phone.version(id!);
      await fixture.replace(folder, handle!, samples.text('Mine').replaceAll('Mine', 'Theirs'));
      await expect(phone.change(id!, 'Lost', { version: known })).rejects.toMatchObject(refused('conflict'));
      await phone.has('Theirs');
      await phone.change(id!, 'Wins', { version: known, winner: 'client' });
      await phone.has('Wins');
      // Nothing is known: the change is meant for what is there.
      await phone.change(id!, 'Again', { version: null });
      await phone.has('Again');
      expect((await fixture.texts(folder))[0]).toContain(samples.unknown);
    }),
  );

  it(
    'changeItem says gone of an item that is not there',
    withPhone(setup, async (phone) => {
      const [handle] = await phone.add('Gone');
      const [id] = await phone.has('Gone');
      const known = phone.version(id!);
      await phone.fixture.remove(phone.folder, handle!);
      for (const winner of ['server', 'client'] as const) {
        await expect(phone.change(id!, 'x', { version: known, winner })).rejects.toMatchObject(
          refused('gone'),
        );
      }
      await expect(phone.change('no-such-id', 'x', { version: null })).rejects.toMatchObject(refused('gone'));
    }),
  );

  it(
    'two changes at once lose neither the item nor the knowledge of who was first',
    withPhone(setup, async (phone) => {
      const { id, version } = await phone.create('Both');
      const outcomes = await Promise.allSettled([
        phone.change(id, 'Left', { version }),
        phone.change(id, 'Right', { version }),
      ]);
      const winners = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      const losers = outcomes.filter((outcome) => outcome.status === 'rejected');
      for (const loser of losers) expect(loser.reason).toMatchObject(refused('conflict'));
      expect(winners).toHaveLength(1);
      await phone.replica.sync();
      expect(winners[0]!.version).toBe(phone.version(id));
    }),
  );
}

function removeContract<C extends PimClass>(setup: PimContractSetup<C>): void {
  it(
    'deleteItems deletes, also what is not there',
    withPhone(setup, async (phone) => {
      await phone.add('Stays', 'Goes');
      const [, goes] = await phone.has('Stays', 'Goes');
      expect(await phone.backend.deleteItems(phone.folder, [goes!, goes!, 'no-such-id'])).toEqual({
        failed: [],
      });
      await phone.has('Stays');
      expect(await phone.backend.deleteItems(phone.folder, [goes!])).toEqual({ failed: [] });
    }),
  );

  it(
    'moveItems moves with all an item has, tells where it went, and passes over what is not there',
    withPhone(setup, async (phone, fixture) => {
      const target = phone.in(await fixture.addFolder('Other'));
      await phone.add('Moves', 'Stays');
      const [moves] = await phone.has('Moves', 'Stays');
      const moved = await phone.backend.moveItems(phone.folder, [moves!, 'no-such-id'], target.folder);
      expect([...moved.keys()]).toEqual([moves]);
      await phone.has('Stays');
      const [there] = await target.has('Moves');
      expect(moved.get(moves!)).toEqual({ id: there, version: target.version(there!) });
      const [text] = await fixture.texts(target.folder);
      expect(text).toContain(setup.samples.unknown);
      const back = await phone.backend.moveItems(target.folder, [there!], phone.folder);
      const [home] = await phone.has('Moves', 'Stays');
      expect(back.get(there!)?.id).toBe(home);
      expect(await fixture.texts(target.folder)).toEqual([]);
    }),
  );
}
