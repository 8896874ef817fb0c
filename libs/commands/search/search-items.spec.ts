import { FolderBook, TestServer } from '../testing/index.js';

const vcard = (name: string): string =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${name}\r\nFN:${name}\r\nN:${name};;;;\r\nEND:VCARD\r\n`;

describe('Search of a mailbox that is more than mail', () => {
  it('finds every class where none is named, mail first, and only those that are named', async () => {
    const server = new TestServer();
    const source = server.pim.add('Contacts');
    for (const name of ['Turbine One', 'Turbine Two']) source.write('Contacts', `${name}.vcf`, vcard(name));
    const phone = server.handset({ version: 141 });
    const folders = new FolderBook(phone);
    await folders.sync();
    const search = async (And: object, Range: string) =>
      (
        await phone.ask('Search', {
          Store: { Name: 'Mailbox', Query: { And: [{ FreeText: ['turbine'], ...And }] }, Options: { Range } },
        })
      ).Response?.Store;
    const all = await search({}, '0-9');
    expect(all).toMatchObject({ Status: 1, Total: 2, Range: '0-1' });
    expect(all?.Result?.map(({ Class }) => Class)).toEqual(['Contacts', 'Contacts']);
    expect(await search({}, '1-1')).toMatchObject({ Total: 2, Range: '1-1' });
    expect((await search({ Class: ['Email'] }, '0-9'))?.Total).toBe(0);
    const inFolder = { CollectionId: [folders.idOf('Contacts')] };
    expect((await search(inFolder, '0-9'))?.Total).toBe(2);
    await server.close();
  });
});
