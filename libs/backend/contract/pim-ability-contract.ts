import { canReadPart } from '../abilities.js';
import { canSearchItems, keepsCalendars, type PimClass } from '../item-writer.js';
import type { PimContractSetup } from './pim-fixture.js';
import { refused, withPhone, type PimPhone } from './pim-phone.js';
import { plainView } from './sample-mail.js';

export function pimAbilityContract<C extends PimClass>(setup: PimContractSetup<C>): void {
  const { features } = setup;
  describe('abilities', () => {
    it(
      'are exactly those that were declared',
      withPhone(setup, async (_, { backend }) => {
        expect(canSearchItems(backend)).toBe(features.searchItems);
        expect(keepsCalendars(backend)).toBe(features.calendarStore);
        if (features.files) expect(canReadPart(backend)).toBe(true);
      }),
    );
    if (features.searchItems) searchContract(setup);
    if (features.files) fileContract(setup);
    if (features.calendarStore) calendarContract(setup);
  });
}

function searchContract<C extends PimClass>(setup: PimContractSetup<C>): void {
  const { itemClass } = setup.samples;
  it(
    'searchItems finds items in which every word stands, in the folders that were asked for',
    withPhone(setup, async (phone, fixture) => {
      const { backend } = fixture;
      if (!canSearchItems(backend)) throw new Error('cannot');
      const other = phone.in(await fixture.addFolder('Other'));
      await phone.add('Jürgen Größe', 'Ada Lovelace', 'Ada Byron');
      await other.add('Ada Elsewhere');
      const [, lovelace, byron] = await phone.has('Jürgen Größe', 'Ada Lovelace', 'Ada Byron');
      const [elsewhere] = await other.has('Ada Elsewhere');
      const find = async (words: string[], folders: string[] | null = null, limit = 10): Promise<string[]> =>
        (await backend.searchItems({ itemClass, folders, words, limit })).map(({ id }) => id).sort();
      expect(await find(['ADA'])).toEqual([lovelace, byron, elsewhere].sort());
      expect(await find(['ada'], [phone.folder])).toEqual([lovelace, byron].sort());
      expect(await find(['love', 'ada'])).toEqual([lovelace]);
      expect(await find(['JURGEN'])).toHaveLength(1);
      expect(await find(['jürgen'])).toHaveLength(1);
      expect(await find(['ada', 'nobody'])).toEqual([]);
      expect(await find(['ada'], null, 1)).toHaveLength(1);
      expect(await find(['ada'], [])).toEqual([]);
      await phone.backend.deleteItems(phone.folder, [byron!]);
      expect(await find(['ada'], [phone.folder])).toEqual([lovelace]);
    }),
  );
}

function fileContract<C extends PimClass>(setup: PimContractSetup<C>): void {
  const { withFile } = setup.samples;
  if (!withFile) throw new Error('the samples have no text with a file');
  it(
    'readPart gives a file, or a range of it',
    withPhone(setup, async (phone, { backend, add }) => {
      if (!canReadPart(backend)) throw new Error('cannot');
      const bytes = Buffer.from('0123456789');
      await add(phone.folder, withFile('With a file', bytes));
      const [id] = await phone.has('With a file');
      const part = await firstFile(phone, id!);
      const read = async (range?: { first: number; last: number }): Promise<string> => {
        const { content, size } = await backend.readPart(phone.folder, id!, part, range);
        expect(size).toBe(bytes.length);
        const pieces: Uint8Array[] = [];
        for await (const piece of content) pieces.push(piece);
        return Buffer.concat(pieces).toString();
      };
      expect(await read()).toBe('0123456789');
      expect(await read({ first: 2, last: 4 })).toBe('234');
      await expect(read({ first: 10, last: 12 })).rejects.toMatchObject(refused('invalid'));
      await expect(backend.readPart(phone.folder, id!, 'no-such-part')).rejects.toMatchObject(
        refused('gone'),
      );
      await expect(backend.readPart(phone.folder, 'no-such-id', part)).rejects.toMatchObject(refused('gone'));
    }),
  );
}

/** What the item names its first file by (16.0 and later). */
async function firstFile<C extends PimClass>({ fixture, folder }: PimPhone<C>, id: string): Promise<string> {
  for await (const result of fixture.backend.read(folder, [id], { ...plainView, protocolVersion: 160 })) {
    const files = 'item' in result ? result.item.Attachments?.Attachment : undefined;
    if (Array.isArray(files) && files[0])
      return (files as readonly { FileReference: string }[])[0]!.FileReference;
  }
  throw new Error('the item names no file');
}

function calendarContract<C extends PimClass>(setup: PimContractSetup<C>): void {
  const { text, uid } = setup.samples;
  it(
    'keeps whole objects: found by UID, written over the version that was seen, made once, deleted',
    withPhone(setup, async (phone, fixture) => {
      const { backend, folder } = fixture;
      if (!keepsCalendars(backend)) throw new Error('cannot');
      const [handle] = await phone.add('Meeting', 'Another');
      const [id] = await phone.has('Meeting', 'Another');
      const [found, ...others] = await backend.findByUid(uid('Meeting'));
      expect(others).toEqual([]);
      expect(found).toMatchObject({ folder, id, version: phone.version(id!) });
      expect(await backend.calendarObject(folder, id!)).toEqual(found);
      expect(await backend.findByUid('no such uid')).toEqual([]);
      expect(await backend.calendarObject(folder, 'no-such-id')).toBeNull();

      const written = await backend.putCalendarObject(folder, found!.text.replaceAll('Meeting', 'Moved'), {
        over: found!,
      });
      await phone.has('Moved', 'Another');
      expect(phone.version(id!)).toBe(written.version);
      const late = backend.putCalendarObject(folder, found!.text, { over: found! });
      await expect(late).rejects.toMatchObject(refused('conflict'));
      await expect(backend.deleteCalendarObject(found!)).rejects.toMatchObject(refused('conflict'));

      const name = { name: 'invitation 1' };
      const made = await backend.putCalendarObject(folder, text('Invited'), name);
      await expect(backend.putCalendarObject(folder, text('Invited'), name)).rejects.toMatchObject(
        refused('conflict'),
      );
      await phone.has('Moved', 'Another', 'Invited');
      const object = await backend.calendarObject(folder, made.id);
      await backend.deleteCalendarObject(object!);
      await backend.deleteCalendarObject(object!);
      await phone.has('Moved', 'Another');
      await fixture.remove(folder, handle!);
      await phone.has('Another');
    }),
  );
}
