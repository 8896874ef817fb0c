import {
  canDelete,
  canWriteItems,
  type Backend,
  type Item,
  type ItemChange,
  type ItemWriter,
  type View,
} from '#backend';
import { everyPimFeature, pimContract, type PimContractFeatures } from '#backend/contract';
import { startDovecot, type Dovecot } from '../../../../tests/servers/index.js';
import { freshUser } from '../testing/dovecot-fixture.js';
import { iosNote, noteMailSamples, notesFixture, type NotesFixture } from '../testing/notes-fixture.js';
import { ImapFactory } from '../index.js';
import { configOf } from '../testing/imap-fixture.js';

/** Every mail is a note; what happened is told by listing the folder, which STATUS spares most of the time. */
const features: PimContractFeatures = {
  ...everyPimFeature,
  deltas: false,
  forgetHistory: false,
  malformed: false,
  expanded: false,
  foreign: false,
  files: false,
  readOnlyFolder: false,
  calendarStore: false,
};

let server: Dovecot;
beforeAll(async () => (server = await startDovecot()));
afterAll(() => server.stop());

pimContract('notes in IMAP', {
  features,
  samples: noteMailSamples,
  start: () => notesFixture(server, freshUser()),
});

const view: View = {
  protocolVersion: 161,
  bodyPreferences: [{ type: 2 }, { type: 1 }],
  mimeSupport: 0,
  mimeTruncation: null,
  detail: 'full',
};

async function notes(backend: Backend, folder = 'Notes'): Promise<Map<string, Item & { version: string }>> {
  const page = await backend.changes({ folder, cursor: null, scope: { sinceDay: null }, limit: 100 });
  const versions = new Map(page.changed.map(({ id, version }) => [id, version]));
  const found = new Map<string, Item & { version: string }>();
  for await (const result of backend.read(folder, [...versions.keys()], view)) {
    if (!('item' in result)) throw new Error(result.reason);
    found.set(result.id, { ...result.item, version: versions.get(result.id) ?? '' });
  }
  return found;
}

const changeOf = (data: (ItemChange & { itemClass: 'Notes' })['data']): ItemChange => ({
  itemClass: 'Notes',
  data,
  manner: { protocolVersion: 161, supported: null },
  instance: null,
});

const writer = (backend: Backend): ItemWriter => {
  if (!canWriteItems(backend)) throw new Error('cannot write');
  return backend;
};

async function withNotes(work: (fixture: NotesFixture) => Promise<void>): Promise<void> {
  const fixture = await notesFixture(server, freshUser());
  try {
    await work(fixture);
  } finally {
    await fixture.stop();
  }
}

it('a note of an iPhone keeps its identity through edits of both sides', () =>
  withNotes(async ({ backend, add, replace, texts, client }) => {
    const uid = await add('Notes', iosNote('Milk'));
    const [[id = '', first] = []] = await notes(backend);
    expect(first).toMatchObject({ Subject: 'Milk', MessageClass: 'IPM.StickyNote' });
    expect(first?.Body?.Data).toContain('<div>second line</div>');

    await replace('Notes', uid, iosNote('Milk', '', 'Milk<div>and eggs</div>'));
    const edited = (await notes(backend)).get(id);
    expect(edited?.Body?.Data).toContain('and eggs');
    expect(edited?.version).not.toBe(first?.version);

    const body = { Type: 1, Data: 'Milk\r\nand bread' };
    await writer(backend).changeItem(
      'Notes',
      id,
      changeOf({ Subject: 'Milk', Categories: { Category: ['Häuslich, sehr', 'b'] }, Body: body }),
      { version: edited?.version ?? null, winner: 'server' },
    );
    const stored = await texts('Notes');
    expect(stored).toHaveLength(1);
    expect(stored[0]).toContain('X-Universally-Unique-Identifier: UUID-MILK');
    expect(stored[0]).toContain('X-Uniform-Type-Identifier: com.apple.mail-note');
    expect(stored[0]).toContain('X-Mail-Created-Date: Sun, 22 Nov 2026 09:00:00 +0100');
    expect(stored[0]).toMatch(/\r\n\r\nMilk\r\nand bread/);
    const after = await notes(backend);
    expect([...after.keys()]).toEqual([id]);
    expect(after.get(id)).toMatchObject({ Categories: { Category: ['Häuslich, sehr', 'b'] } });
    // The other side's last edit wins over the phone's older knowledge.
    const old = changeOf({ Subject: 'lost', Categories: { Category: [] } });
    await expect(
      writer(backend).changeItem('Notes', id, old, { version: first?.version ?? null, winner: 'server' }),
    ).rejects.toMatchObject({ kind: 'conflict' });
    expect((await client.status('Notes', { messages: true })) || null).toMatchObject({ messages: 1 });
  }));

it('of two mails with one UUID the newer is the note, and both go when it is deleted', () =>
  withNotes(async ({ backend, add, texts }) => {
    await add('Notes', iosNote('Twice', '', 'old'));
    await add('Notes', iosNote('Twice', '', 'new'));
    const found = await notes(backend);
    expect(found.size).toBe(1);
    const [[id = '', note] = []] = found;
    expect(note?.Body?.Data).toContain('new');
    if (!canDelete(backend)) throw new Error('cannot delete');
    await backend.deleteItems('Notes', [id]);
    expect(await texts('Notes')).toEqual([]);
  }));

it('files of a note stay where they are when its text is changed', () =>
  withNotes(async ({ backend, add, texts }) => {
    const file = [
      'Content-Type: image/png; name=a.png',
      'Content-Disposition: attachment',
      'Content-Transfer-Encoding: base64',
      '',
      'AAECAwQF',
    ].join('\r\n');
    const note = iosNote('Files').replace(
      /Content-Type: [^;]*;\r\n[^\r]*\r\nContent-Transfer-Encoding: [^\r]*/,
      'Content-Type: multipart/mixed; boundary=x',
    );
    const [head = ''] = note.split('\r\n\r\n');
    const text = ['Content-Type: text/html; charset=utf-8', '', '<b>old</b>'].join('\r\n');
    await add('Notes', `${head}\r\n\r\n--x\r\n${text}\r\n--x\r\n${file}\r\n--x--\r\n`);
    const [[id = '', before] = []] = await notes(backend);
    const body = { Type: 2, Data: '<p>changed = ü</p>' };
    await writer(backend).changeItem('Notes', id, changeOf({ Body: body }), {
      version: before?.version ?? null,
      winner: 'server',
    });
    expect((await notes(backend)).get(id)?.Body?.Data).toContain('changed = ü');
    const [stored = ''] = await texts('Notes');
    expect(stored).toContain(file);
    expect(stored).not.toContain('old');
  }));

it('the folder of notes is made by the first note, and the mail does not show it', async () => {
  const user = freshUser();
  const factory = new ImapFactory(configOf(server, { hiddenFolders: ['Notes'] }));
  const credentials = { user, password: server.password };
  const [backend, mail] = [
    await factory.openNotes(credentials, { folder: 'Notes' }),
    await factory.open(credentials),
  ];
  try {
    expect(await backend.folders()).toMatchObject([{ path: 'Notes', role: 'default', itemClass: 'Notes' }]);
    expect((await notes(backend)).size).toBe(0);
    const made = await writer(backend).createItem(
      'Notes',
      changeOf({ Subject: 'Öl', Body: { Type: 1, Data: 'x' } }),
      'once',
    );
    const again = await writer(backend).createItem(
      'Notes',
      changeOf({ Subject: 'Öl', Body: { Type: 1, Data: 'x' } }),
      'once',
    );
    expect(again.id).toBe(made.id);
    expect([...(await notes(backend)).values()]).toMatchObject([{ Subject: 'Öl' }]);
    expect((await mail.folders()).map(({ path }) => path)).not.toContain('Notes');
  } finally {
    await Promise.all([backend.close(), mail.close()]);
    await factory.close();
  }
});
