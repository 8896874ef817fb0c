import { BackendError } from '#backend';
import { eventually } from '#backend/contract';
import type { Blob, SyncClientCommand } from '#eas';
import { MailSync, TestServer, type Answered, type Handset } from '../../testing/index.js';

let server: TestServer;
let phone: Handset;
let drafts: MailSync;

const blob = (text: string): Blob => ({
  length: Buffer.byteLength(text),
  content: (async function* () {
    yield Buffer.from(text);
  })(),
});

async function draftsOf(handset: Handset): Promise<MailSync> {
  const { Changes } = await handset.ask('FolderSync', { SyncKey: '0' });
  const folder = Changes?.Add?.find(({ Type }) => Type === 3);
  if (!folder) throw new Error('no drafts folder');
  return new MailSync(handset, folder.ServerId).complete();
}

beforeEach(async () => {
  server = new TestServer();
  server.mailbox.createFolder('Drafts', 'drafts');
  server.mailbox.createFolder('Sent', 'sent');
  phone = server.handset({ version: 161 });
  drafts = await draftsOf(phone);
});
afterEach(() => server.close());

type Draft = NonNullable<Extract<SyncClientCommand, { Add: unknown }>['Add']['ApplicationData']>['Email'];

const text = (Data: string, Type = 1) => ({ Body: { Type, Data } });
const add = (ClientId: string, Email: Draft, more = {}) => ({
  Commands: [{ Add: { ClientId, ...more, ApplicationData: { Email } } }],
});
const change = (ServerId: string, Email: Draft, more = {}) => ({
  Commands: [{ Change: { ServerId, ...more, ...(Email && { ApplicationData: { Email } }) } }],
});

const added = (answered: Answered | null) => {
  const response = answered?.Responses?.[0];
  if (!response || !('Add' in response)) throw new Error(`no Add in ${JSON.stringify(answered)}`);
  return response.Add;
};
const changed = (answered: Answered | null) => {
  const response = answered?.Responses?.[0];
  return response && 'Change' in response ? response.Change : null;
};
const textsIn = (folder: string): string[] =>
  server.mailbox
    .folder(folder)
    .mails()
    .map(({ message }) => Buffer.from(message).toString());
const stored = (): string[] => textsIn('Drafts');
const only = (): string => {
  const all = stored();
  expect(all).toHaveLength(1);
  return all[0]!;
};

describe('a draft', () => {
  it('is stored with its recipients, Bcc too, and is answered with its ids; it is not told back', async () => {
    const email = { To: 'Bob <bob@example.org>; "Müller, Jörg" <jm@example.org>', Bcc: 'eve@example.org' };
    const answered = await drafts.sync(add('1', { ...email, Subject: 'Plän', ...text('hello') }));
    const { ServerId, Status, ApplicationData } = added(answered);
    expect(Status).toBe(1);
    expect(ApplicationData?.Email?.ConversationId).toBeDefined();
    expect(ApplicationData?.Email?.ConversationIndex).toBeDefined();
    expect(answered?.Commands ?? []).toEqual([]);
    const message = only();
    expect(message).toMatch(/^From: "Ada" <ada@example.org>\r$/m);
    expect(message).toMatch(/^Bcc: <eve@example.org>\r$/m);
    expect(message).toMatch(/^Message-ID: /m);
    expect(message).toContain('hello');
    expect(ServerId).toMatch(/^m\d+:/);
    expect(await drafts.sync()).toBeNull();
  });

  it('sent again because the answer was lost is stored once, under the same id', async () => {
    const { key } = drafts;
    const wish = add('1', { Subject: 'once', ...text('x') });
    const first = added(await drafts.sync(wish));
    drafts.key = key;
    const again = added(await drafts.sync(wish));
    expect(again.ServerId).toBe(first.ServerId);
    expect(stored()).toHaveLength(1);
  });

  it('sent again while its source is slow is stored once: the second request is told to come again', async () => {
    const { key } = drafts;
    const wish = add('1', { Subject: 'once', ...text('x') });
    let wake = (): void => undefined;
    server.asleep = new Promise<void>((resolve) => (wake = resolve));
    const first = drafts.sync(wish);
    await eventually(() => server.operations.at(-1) === 'append');
    await expect(drafts.sync(wish)).rejects.toMatchObject({ reason: 'under-way' });
    wake();
    const { ServerId } = added(await first);
    drafts.key = key;
    expect(added(await drafts.sync(wish)).ServerId).toBe(ServerId);
    expect(stored()).toHaveLength(1);
  });

  it('keeps its id when it is written on, and what the phone does not send', async () => {
    const { ServerId } = added(
      await drafts.sync(add('1', { To: 'bob@example.org', Subject: 'a', ...text('one') })),
    );
    for (const body of ['two', 'three'])
      expect(changed(await drafts.sync(change(ServerId!, text(body))))).toBeNull();
    expect(only()).toContain('three');
    expect(only()).toMatch(/^To: <bob@example.org>\r$/m);
    expect(only()).toMatch(/^Subject: a\r$/m);
    expect(await drafts.sync()).toBeNull();
  });

  it('takes files and lets go of them; each is answered by ClientId with its FileReference', async () => {
    const html = '<p>See <img src="cid:pic@x"></p>';
    const files = [
      { ClientId: 'f1', DisplayName: 'Plän.txt', ContentType: 'text/plain', Content: blob('file one') },
      { ClientId: 'f2', DisplayName: 'p.png', ContentId: 'pic@x', IsInline: true, Content: blob('PNG') },
    ];
    const answer = added(
      await drafts.sync(add('1', { Subject: 'f', ...text(html, 2), Attachments: { Add: files } })),
    );
    const told = answer.ApplicationData?.Email?.Attachments?.Attachment ?? [];
    expect(told.map(({ ClientId }) => ClientId)).toEqual(['f2', 'f1']);
    const reference = told.find(({ ClientId }) => ClientId === 'f1')?.FileReference ?? '';
    expect(only()).toContain(Buffer.from('file one').toString('base64'));
    const third = { ClientId: 'f3', DisplayName: 'three.bin', Content: blob('file three') };
    const next = changed(
      await drafts.sync(
        change(answer.ServerId!, { Attachments: { Add: [third], Delete: [{ FileReference: reference }] } }),
      ),
    );
    expect(next?.ApplicationData?.Email?.Attachments?.Attachment?.map(({ ClientId }) => ClientId)).toEqual([
      'f3',
    ]);
    const message = only();
    expect(message).not.toContain(Buffer.from('file one').toString('base64'));
    expect(message).toContain(Buffer.from('file three').toString('base64'));
    expect(message).toContain(Buffer.from('PNG').toString('base64'));
    expect(message).toContain('cid:pic@x');
  });

  it('that only gets a flag, or is uploaded again unchanged (Gmail), is not written anew', async () => {
    const email = { To: 'bob@example.org', Subject: 'same', Importance: 1, ...text('body\r\n') };
    const { ServerId } = added(await drafts.sync(add('1', email)));
    const before = only();
    await drafts.sync(change(ServerId!, { Flag: { Status: 2, FlagType: 'Flag for follow up' } }));
    await drafts.sync(change(ServerId!, email));
    expect(only()).toBe(before);
    expect(server.operations.filter((operation) => operation === 'append')).toHaveLength(1);
  });

  it('may come as a whole mail (iOS, Nine)', async () => {
    const mime = 'To: bob@example.org\r\nSubject: whole\r\nContent-Type: text/plain\r\n\r\nwhole body\r\n';
    const { ServerId } = added(await drafts.sync(add('1', text(mime, 4))));
    expect(only()).toContain('whole body');
    await drafts.sync(change(ServerId!, text(mime.replace('whole body', 'other body'), 4)));
    expect(only()).toContain('other body');
    expect(only()).toMatch(/^Subject: whole\r$/m);
  });

  it('reaches the other phone with its text, each time it is written on', async () => {
    const other = await draftsOf(server.handset({ version: 161, deviceId: 'phone2' }));
    const { ServerId } = added(await drafts.sync(add('1', { Subject: 'shared', ...text('one') })));
    const first = await other.sync();
    expect(JSON.stringify(first?.Commands)).toContain('shared');
    await drafts.sync(change(ServerId!, text('two')));
    const second = (await other.sync())?.Commands?.[0];
    if (!second || !('Change' in second)) throw new Error('no Change');
    expect(second.Change.ServerId).toBe(ServerId);
    expect(second.Change.ApplicationData.Email?.Body?.Data).toContain('two');
    expect(second.Change.ApplicationData.Email?.IsDraft).toBe(true);
  });

  it('cannot begin a header or a line of its own, whatever stands in subject, address or file name', async () => {
    const evil = 'x\r\nBcc: eve@example.org\r\n\r\nbody';
    const file = { ClientId: 'f', DisplayName: evil, ContentId: evil, ContentType: evil, Content: blob('x') };
    await drafts.sync(
      add('1', {
        Subject: evil,
        To: `"${evil}" <bob@example.org>`,
        Attachments: { Add: [file] },
        ...text('t'),
      }),
    );
    expect(only()).not.toMatch(/^Bcc:/m);
  });

  it('below 16.0 is shown and not taken', async () => {
    const old = await draftsOf(server.handset({ version: 141, deviceId: 'old' }));
    expect(added(await old.sync(add('1', { Subject: 'no', ...text('x') }))).Status).toBe(6);
    expect(stored()).toEqual([]);
  });

  it.each([
    ['another folder of files', { Attachments: { Delete: [{ FileReference: 'm1:zzz:1' }] } }],
    ['a body of type 3', text('{\\rtf}', 3)],
    ['a file without content', { Attachments: { Add: [{ ClientId: 'f', DisplayName: 'x' }] } }],
  ])('with %s is malformed (6), and the one before stays', async (_what, email) => {
    const { ServerId } = added(await drafts.sync(add('1', { Subject: 'a', ...text('one') })));
    expect(changed(await drafts.sync(change(ServerId!, email)))?.Status).toBe(6);
    expect(only()).toContain('one');
  });
});

describe('sending a draft', () => {
  const mail = { To: 'bob@example.org', Bcc: 'eve@example.org', Subject: 'go', ...text('hello') };

  it('at once: it goes to all, is kept in Sent with its Bcc, and never was a draft', async () => {
    expect(added(await drafts.sync(add('1', mail, { Send: true }))).Status).toBe(1);
    expect(server.sent).toHaveLength(1);
    expect(server.sent[0]!.envelope.recipients).toEqual(['bob@example.org', 'eve@example.org']);
    expect(server.sent[0]!.text).not.toContain('eve@example.org');
    expect(stored()).toEqual([]);
    expect(textsIn('Sent')[0]).toContain('eve@example.org');
  });

  it('later: what was changed last is sent, and the draft is told deleted', async () => {
    const { ServerId } = added(await drafts.sync(add('1', mail)));
    const answered = await drafts.sync(change(ServerId!, text('changed'), { Send: true }));
    expect(server.sent.map((sent) => sent.text.includes('changed'))).toEqual([true]);
    expect(stored()).toEqual([]);
    const told = [...(answered?.Commands ?? []), ...((await drafts.sync())?.Commands ?? [])];
    expect(told).toEqual([{ Delete: { ServerId } }]);
  });

  it('twice because the answer was lost sends once', async () => {
    const { key } = drafts;
    const wish = add('1', mail, { Send: true });
    await drafts.sync(wish);
    drafts.key = key;
    expect(added(await drafts.sync(wish)).Status).toBe(1);
    expect(server.sent).toHaveLength(1);
  });

  it.each([
    ['nobody to go to', { Subject: 'x', ...text('x') }],
    ['somebody without an address', { To: 'bob', ...text('x') }],
  ])('with %s is 183, and the draft stays', async (_what, email) => {
    const { ServerId } = added(await drafts.sync(add('1', email)));
    expect(changed(await drafts.sync(change(ServerId!, undefined, { Send: true })))?.Status).toBe(183);
    expect(stored()).toHaveLength(1);
  });

  it('and then not being able to delete it is a success: the mail must not be sent again', async () => {
    const { ServerId } = added(await drafts.sync(add('1', mail)));
    server.fault = (operation) =>
      operation === 'deleteItems' ? new BackendError('unavailable', 'down') : null;
    expect(changed(await drafts.sync(change(ServerId!, undefined, { Send: true })))).toBeNull();
    expect(server.sent).toHaveLength(1);
  });

  it('that the server refuses keeps the draft, tells why, and may be tried again', async () => {
    const { ServerId } = added(await drafts.sync(add('1', mail)));
    server.submission = new BackendError('unavailable', 'down');
    expect(changed(await drafts.sync(change(ServerId!, undefined, { Send: true })))?.Status).toBe(111);
    expect(stored()).toHaveLength(1);
    server.submission = null;
    await drafts.sync(change(ServerId!, undefined, { Send: true }));
    expect(server.sent).toHaveLength(1);
    expect(stored()).toEqual([]);
  });
});
