import { Readable } from 'node:stream';
import type { Backend, Item, MailState, MessageReplacer } from '#backend';
import { eventually, plainView, Replica, sampleMail } from '#backend/contract';
import { ImapFactory } from '#backends/imap';
import { MemoryMailNotesStore } from '#store';
import { startDovecot, type Dovecot } from '../../tests/servers/index.js';
import { notedMail, type MailSource } from './noted-mail.js';

/** Two nodes with connections of their own, as they would serve two phones. */
let dovecot: Dovecot;
let factories: ImapFactory[];
let nodes: (MailSource & MessageReplacer)[];
const store = new MemoryMailNotesStore();

beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(() => dovecot.stop());
beforeEach(async () => {
  factories = [1, 2].map(
    () => new ImapFactory({ host: '127.0.0.1', port: dovecot.port, tls: 'none', verifyCertificate: false }),
  );
  const credentials = { user: `notes${Date.now()}`, password: dovecot.password };
  nodes = await Promise.all(
    factories.map(async (factory) => {
      const backend = notedMail(await factory.open(credentials), store, `t/${credentials.user}`);
      return backend as MailSource & MessageReplacer;
    }),
  );
});
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await Promise.all(factories.map((factory) => factory.close()));
});

async function stored(folder: string, text: string, state: MailState = {}): Promise<string> {
  const message = sampleMail(text);
  const { id } = await nodes[0]!.append(folder, Readable.from([message]), message.length, state);
  if (id === null) throw new Error('Dovecot has UIDPLUS');
  return id;
}

async function itemOf(backend: Backend, folder: string, id: string): Promise<Item> {
  for await (const result of backend.read(folder, [id], plainView)) {
    if ('failure' in result) throw new Error(result.failure);
    return result.item;
  }
  throw new Error('nothing was read');
}

it('a flag with dates and categories of any name reach the other phone through Dovecot, and its push', async () => {
  const [one, two] = [nodes[0]!, nodes[1]!];
  const id = await stored('INBOX', 'a');
  const phone = new Replica(two, 'INBOX');
  await phone.sync();
  let notices = 0;
  const watch = await two.watch(['INBOX'], () => void (notices += 1));
  const keywords = ['Büro', 'Angebot, "Süd"', 'To Do'];
  for (const day of [1, 2]) {
    const before = notices;
    const followUp = {
      Status: 2,
      FlagType: 'Flag for follow up',
      DueDate: new Date(Date.UTC(2026, 11, day)),
    };
    const { version } = await one.updateState('INBOX', id, { flagStatus: 2, followUp, keywords });
    await eventually(() => notices > before);
    await phone.sync();
    expect(phone.known.get(id)?.version).toBe(version);
    const item = await itemOf(two, 'INBOX', id);
    expect(item.Flag).toEqual(followUp);
    expect([...(item.Categories?.Category as string[])].sort()).toEqual([...keywords].sort());
  }
  await watch.close();
});

it('a rewritten draft keeps its id on both phones', async () => {
  const id = await stored('INBOX', 'one', { draft: true, read: true });
  const phone = new Replica(nodes[1]!, 'INBOX');
  await phone.sync();
  for (const [index, text] of ['two', 'three'].entries()) {
    const message = sampleMail(text);
    const replaced = await nodes[index]!.replaceMessage(
      'INBOX',
      id,
      Readable.from([message]),
      message.length,
      {},
    );
    await phone.sync();
    expect(phone.ids).toEqual([id]);
    expect(phone.known.get(id)?.version).toBe(replaced.version);
    for (const node of nodes) expect((await itemOf(node, 'INBOX', id)).Subject).toBe(text);
  }
  await nodes[0]!.deleteItems('INBOX', [id]);
  await phone.sync();
  expect(phone.ids).toEqual([]);
});
