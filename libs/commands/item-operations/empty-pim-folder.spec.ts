import { MemoryObjectSource } from '#backends/memory';
import { eventCodec } from '#formats';
import { MemoryNameBook, openObjectBackend } from '#objects';
import { BackendError, type PimClass } from '#backend';
import { FolderBook, PimSync, TestServer, type Handset } from '../testing/index.js';

const calendar = (component: string, uid: string): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:test',
    `BEGIN:${component}`,
    `UID:${uid}`,
    `SUMMARY:${uid}`,
    'DTSTAMP:20261101T000000Z',
    'DTSTART:20261130T100000Z',
    ...(component === 'VEVENT' ? ['DTEND:20261130T110000Z'] : []),
    `END:${component}`,
    'END:VCALENDAR',
    '',
  ].join('\r\n');
const vcard = (name: string): string =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${name}\r\nFN:${name}\r\nN:${name};;;;\r\nEND:VCARD\r\n`;
const text: Readonly<Record<PimClass, (uid: string) => string>> = {
  Contacts: vcard,
  Calendar: (uid) => calendar('VEVENT', uid),
  Tasks: (uid) => calendar('VTODO', uid),
  Notes: (uid) => calendar('VJOURNAL', uid),
};

let server: TestServer;
let phone: Handset;
let book: FolderBook;
beforeEach(() => {
  server = new TestServer();
  phone = server.handset();
  book = new FolderBook(phone);
});
afterEach(() => server.close());

async function emptied(CollectionId: string): Promise<number | undefined> {
  const { Response } = await phone.ask('ItemOperations', [{ EmptyFolderContents: { CollectionId } }]);
  const [first] = Response ?? [];
  return first && 'EmptyFolderContents' in first ? first.EmptyFolderContents.Status : undefined;
}

describe('EmptyFolderContents beside the mail', () => {
  it.each(Object.keys(text) as PimClass[])(
    'deletes all %s of one folder; Sync tells it',
    async (itemClass) => {
      const source = server.pim.add(itemClass);
      source.addFolder('Other');
      for (let n = 0; n < 320; n++) source.write(itemClass, `${n}`, text[itemClass](`n${n}`));
      source.write('Other', 'kept', text[itemClass]('kept'));
      await book.sync();
      const sync = await new PimSync(phone, book.idOf(itemClass)).complete();
      expect(sync.has.size).toBe(320);
      expect(await emptied(sync.id)).toBe(1);
      expect(source.texts(itemClass).size).toBe(0);
      expect(source.texts('Other').size).toBe(1);
      while ((await sync.sync())?.MoreAvailable === true);
      expect(sync.has.size).toBe(0);
      expect(await emptied(sync.id)).toBe(1);
    },
  );

  it('leaves the tasks of a calendar that holds both, and what cannot be looked at', async () => {
    const source = new MemoryObjectSource('Calendar');
    const options = { names: new MemoryNameBook(), owner: async () => ({ identities: [] }) };
    server.pim.use('Calendar', openObjectBackend(source, eventCodec, options));
    source.write('Calendar', 'event.ics', calendar('VEVENT', 'event'));
    source.write('Calendar', 'broken.ics', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n');
    source.write('Calendar', 'task.ics', calendar('VTODO', 'task'));
    await book.sync();
    expect(await emptied(book.idOf('Calendar'))).toBe(1);
    expect([...source.texts('Calendar').keys()]).toEqual(['task.ics']);
  });

  it('of a folder nobody may write is 16, of one that is gone 6, of a source that is down 3', async () => {
    const source = server.pim.add('Contacts');
    source.addFolder('Company', { readOnly: true });
    source.addFolder('Old');
    source.write('Company', 'ada.vcf', vcard('Ada'));
    await book.sync();
    expect(await emptied(book.idOf('Company'))).toBe(16);
    expect(source.texts('Company').size).toBe(1);
    source.removeFolder('Old');
    server.now += 120_000;
    expect(await emptied(book.idOf('Old'))).toBe(6);
    server.pim.fault = () => new BackendError('unavailable', 'down');
    expect(await emptied(book.idOf('Contacts'))).toBe(3);
  });
});
