/**
 * The story of a phone, from its first OPTIONS on, told twice: against one process, and against a cluster whose two
 * gateways take its requests in turn. Behind both stand the same real Dovecot and an SMTP server.
 */
import { FolderType, type ProtocolVersion } from '#eas';
import { UnexpectedAnswer, type ClientCommand, type Collection, type Phone } from '#phone';
import {
  startDovecot,
  startSmtpSink,
  waitUntil,
  type Dovecot,
  type SeedMail,
  type SmtpSink,
} from './servers/index.js';
import { newUser as newAccount, some } from './stage/accounts.js';
import {
  attachmentBytes,
  brokenSample,
  letter,
  sample,
  samples,
  seedMails,
  type Sample,
} from './stage/corpus.js';
import { shapes, type Deployment } from './stage/deployment.js';
import { untilHeld } from './stage/held.js';
import { expungeMail, flagMail, listFolder, sourcesOf, withMailProgram } from './stage/mail-program.js';
import {
  anomaliesOf,
  emailOn,
  folderOf,
  mailOn,
  newPhone,
  onPhone,
  onServer,
  readyPhone,
} from './stage/phones.js';
import { takeViolations, validatedCommands } from './stage/traffic.js';

let dovecot: Dovecot;
let sink: SmtpSink;

beforeAll(async () => {
  [dovecot, sink] = await Promise.all([startDovecot(), startSmtpSink()]);
});

afterAll(async () => {
  await Promise.all([dovecot.stop(), sink.stop()]);
});

// Every answer that any phone of the story got, held against the specification's schemas.
afterEach(() => expect(takeViolations()).toEqual([]));

const newUser = (mails: Iterable<SeedMail> = []): string => newAccount(dovecot, mails);

const change = (serverId: string, email: NonNullable<ItemEmail>): ClientCommand => ({
  Change: { ServerId: serverId, ApplicationData: { Email: email } },
});
type ItemEmail = Extract<ClientCommand, { Change: unknown }>['Change']['ApplicationData'] extends infer Data
  ? Data extends { Email?: infer Email }
    ? Email
    : never
  : never;

/** The whole of the mails: that the phone has what the server has, and was never told nonsense. */
async function expectAgreement(phone: Phone, user: string, collection: Collection, folder = 'INBOX') {
  expect(onPhone(collection)).toEqual(await onServer(dovecot, user, folder));
  expect(anomaliesOf(phone)).toEqual([]);
}

describe.each(shapes)('%s: a phone', (_shape, start) => {
  let godwit: Deployment;

  beforeAll(async () => {
    godwit = await start({ dovecot, sink });
  });

  afterAll(() => godwit.stop());

  describe('arrives', () => {
    it('asks what is spoken here', async () => {
      const { http, versions, commands, headers } = await newPhone(godwit, newUser()).options();
      expect(http).toBe(200);
      expect(versions).toEqual(['12.0', '12.1', '14.0', '14.1', '16.0', '16.1']);
      expect(commands).toEqual(
        expect.arrayContaining([
          ...['Provision', 'FolderSync', 'Sync', 'GetItemEstimate', 'Ping', 'MoveItems', 'SendMail'],
          ...['ItemOperations', 'Settings'],
        ]),
      );
      expect(headers['ms-server-activesync']).toBeDefined();
    });

    it('is refused with a wrong password, by the word of the mail server', async () => {
      const user = newUser();
      const guess = newPhone(godwit, user, { password: 'not the secret' });
      expect(await guess.options()).toMatchObject({
        http: 401,
        headers: { 'www-authenticate': expect.stringContaining('Basic realm=') as string },
      });
      await expect(guess.folderSync()).rejects.toMatchObject({ outcome: { http: 401 } });
      await waitUntil('Dovecot to tell of it', () =>
        dovecot
          .log()
          .split('\n')
          .some((line) => line.includes('auth failed') && line.includes(user)),
      );
      expect((await newPhone(godwit, user).options()).http).toBe(200);
    });

    it.each(['14.0', '14.1', '16.0', '16.1'] as const)(
      'is told by Status 142 to provision (%s)',
      async (version) => {
        const phone = newPhone(godwit, newUser(), { version, autoProvision: false });
        expect(await phone.folderSync()).toBe(142);
        const outcome = await phone.command('Ping', { HeartbeatInterval: 60 });
        expect(outcome).toMatchObject({ http: 200, status: 142 });
      },
    );

    it.each(['12.0', '12.1'] as const)('is told by HTTP 449 to provision (%s)', async (version) => {
      const phone = newPhone(godwit, newUser(), { version, autoProvision: false });
      const refused: unknown = await phone.folderSync().catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(UnexpectedAnswer);
      expect(refused).toMatchObject({ outcome: { kind: 'refused', http: 449 } });
    });

    it('provisions in two phases', async () => {
      const phone = newPhone(godwit, newUser(), { autoProvision: false });
      const offer = await phone.command('Provision', {
        DeviceInformation: { Set: { Model: 'Story' } },
        Policies: { Policy: { PolicyType: 'MS-EAS-Provisioning-WBXML' } },
      });
      if (offer.kind !== 'document') throw new UnexpectedAnswer('Provision', offer);
      const offered = offer.value.Policies?.Policy;
      expect(offered).toMatchObject({ Status: 1, Data: { EASProvisionDoc: expect.any(Object) as object } });
      // The key of the first phase opens no door yet.
      phone.link.policyKey = offered?.PolicyKey;
      expect([142, 144]).toContain(await phone.folderSync());
      const result = await phone.provision();
      expect(result).toMatchObject({ status: 1, policyStatus: 1, wipe: null });
      expect(phone.policyKey).not.toBe(offered?.PolicyKey);
      expect(await phone.folderSync()).toBe(1);
    });

    it('gets its folders: types, parents first, and ids that outlast a fresh start', async () => {
      const user = newUser(some(3));
      await withMailProgram(dovecot, user, async (client) => {
        for (const path of ['Projects', 'Projects/2026', 'Projects/2026/Zürich']) {
          await client.mailboxCreate(path);
        }
      });
      const { phone, inbox } = await readyPhone(godwit, user);
      const shown = [...phone.hierarchy.folders.values()].map(({ name, type }) => [name, type]);
      expect(new Map(shown as [string, number][])).toEqual(
        new Map<string, number>([
          ['INBOX', FolderType.inbox],
          ['Drafts', FolderType.drafts],
          ['Trash', FolderType.deletedItems],
          ['Sent', FolderType.sentItems],
          ['Junk', FolderType.userMail],
          ['Archive', FolderType.userMail],
          ['Projects', FolderType.userMail],
          ['2026', FolderType.userMail],
          ['Zürich', FolderType.userMail],
        ]),
      );
      expect(phone.hierarchy.anomalies).toEqual([]);
      const { hierarchy } = phone;
      expect(hierarchy.named('Zürich')?.parentId).toBe(hierarchy.named('2026')?.id);
      expect(hierarchy.named('2026')?.parentId).toBe(hierarchy.named('Projects')?.id);

      const before = new Map(hierarchy.folders);
      hierarchy.reset();
      await phone.folderSync();
      expect(hierarchy.folders).toEqual(before);
      // Its mail it keeps.
      expect(await inbox.sync()).toMatchObject({ status: 1, added: [] });
      await expectAgreement(phone, user, inbox);
    });

    it('hears of new, renamed and deleted folders', async () => {
      const user = newUser();
      const { phone } = await readyPhone(godwit, user);
      await withMailProgram(dovecot, user, (client) => client.mailboxCreate('Birds'));
      await phone.folderSync();
      const birds = phone.hierarchy.named('Birds');
      expect(birds).toMatchObject({ type: FolderType.userMail });
      await withMailProgram(dovecot, user, async (client) => {
        await client.append('Birds', letter('A godwit'));
        await client.mailboxRename('Birds', 'Waders');
      });
      await phone.folderSync();
      expect(phone.hierarchy.named('Birds')).toBeUndefined();
      // Dovecot 2.3 has no MAILBOXID, but a GUID of its own.
      expect(phone.hierarchy.named('Waders')?.id).toBe(birds?.id);
      const waders = phone.collection(phone.hierarchy.named('Waders')?.id ?? '');
      await waders.syncAll();
      await expectAgreement(phone, user, waders, 'Waders');
      await withMailProgram(dovecot, user, (client) => client.mailboxDelete('Waders'));
      await phone.folderSync();
      expect(phone.hierarchy.named('Waders')).toBeUndefined();
      expect(phone.hierarchy.anomalies).toEqual([]);
    });
  });

  describe('loads an Inbox of several hundred mails of all kinds', () => {
    const COUNT = 330;
    let all: Sample[];
    let user: string;
    let phone: Phone;
    let inbox: Collection;

    beforeAll(async () => {
      all = [...samples(COUNT), brokenSample];
      user = newUser(seedMails(all, 6));
      phone = newPhone(godwit, user);
      await phone.folderSync();
      inbox = phone.inbox();
    });

    it('completely, a window at a time', async () => {
      const windows: number[] = [];
      const last = await inbox.syncAll({ window: 50 }, ({ added }) => windows.push(added.length));
      expect(last).toMatchObject({ status: 1, more: false });
      expect(windows.filter((size) => size > 0)).toEqual([50, 50, 50, 50, 50, 50, 31]);
      expect(inbox.items.size).toBe(COUNT + 1);
      await expectAgreement(phone, user, inbox);
      expect(onPhone(inbox).map(({ subject }) => subject)).toEqual(all.map(({ subject }) => subject).sort());
    });

    it('readably, whatever the mails are made of', () => {
      for (const { subject, words } of all) {
        const { Body } = emailOn(inbox, subject);
        expect(Body?.Type).toBe(1);
        expect({ subject, text: Body?.Data ?? '' }).toEqual({
          subject,
          text: expect.stringContaining(words) as string,
        });
      }
    });

    it('with attachments named and measured', () => {
      for (let number = 3; number < COUNT; number += 7) {
        const { Attachments } = emailOn(inbox, sample(number).subject);
        const [attachment, ...others] = Attachments?.Attachment ?? [];
        expect(others).toEqual([]);
        expect(attachment).toMatchObject({ DisplayName: `data-${number}.bin`, Method: 1 });
        const size = attachment?.EstimatedDataSize ?? 0;
        expect(Math.abs(size - attachmentBytes(number).length)).toBeLessThan(100);
      }
    });

    it('and then is told of nothing, and keeps its key', async () => {
      const before = inbox.key;
      expect(await phone.sync([{ collection: inbox }])).toMatchObject({ isEmpty: true });
      expect(inbox.key).toBe(before);
      expect(await phone.getItemEstimate(inbox)).toEqual({ status: 1, estimate: 0 });
    });
  });

  describe('keeps up', () => {
    it('sees only the days it wants: what falls out is taken back softly, what falls in comes', async () => {
      const HOURS_APART = 12;
      const user = newUser(seedMails(samples(20), HOURS_APART));
      const { phone, inbox } = await readyPhone(godwit, user);
      const before = onPhone(inbox);
      const THREE_DAYS = 2;
      const narrowed = await inbox.syncAll({ filter: THREE_DAYS });
      expect(narrowed.deleted).toEqual([]);
      const day = 86_400_000;
      const age = ({ received }: { received: Date }): number => (Date.now() - received.getTime()) / day;
      const left = onPhone(inbox);
      // The window has whole days: what is between three and four days old may be in or out.
      expect(left).toEqual(expect.arrayContaining(before.filter((mail) => age(mail) < 3)));
      expect(left.filter((mail) => age(mail) > 4)).toEqual([]);
      expect(narrowed.softDeleted).toHaveLength(before.length - left.length);
      const widened = await inbox.syncAll({ filter: 0 });
      expect(widened.added).toHaveLength(before.length - left.length);
      await expectAgreement(phone, user, inbox);
    });

    it('marks mails, and hears no echo of it', async () => {
      const user = newUser(some(6));
      const { inbox } = await readyPhone(godwit, user);
      const { subject } = sample(1);
      const email = { Read: true, Flag: { Status: 2, FlagType: 'Follow up' } };
      const result = await inbox.sync({ commands: [change(mailOn(inbox, subject), email)] });
      // Silence is success.
      expect(result).toMatchObject({ status: 1, responses: [], changed: [], added: [], deleted: [] });
      expect(await listFolder(dovecot, user)).toContainEqual(
        expect.objectContaining({ subject, read: true, flagged: true }),
      );
      expect(await inbox.sync()).toMatchObject({ status: 1, changed: [], added: [], deleted: [] });

      const back = { Read: false, Flag: {} };
      await inbox.sync({ commands: [change(mailOn(inbox, subject), back)] });
      expect(await listFolder(dovecot, user)).toContainEqual(
        expect.objectContaining({ subject, read: false, flagged: false }),
      );
      expect(await inbox.sync()).toMatchObject({ changed: [] });
    });

    it('hears of marks that others set, once, and of nothing but the marks', async () => {
      const user = newUser(some(6));
      const { phone, inbox } = await readyPhone(godwit, user);
      const { subject } = sample(1);
      const { Body } = emailOn(inbox, subject);
      await flagMail(dovecot, user, subject, '+\\Seen');
      await flagMail(dovecot, user, subject, '+\\Flagged');
      expect(await inbox.sync()).toMatchObject({ changed: [mailOn(inbox, subject)], added: [], deleted: [] });
      expect(emailOn(inbox, subject)).toMatchObject({ Read: true, Flag: { Status: 2 }, Body });
      expect(await inbox.sync()).toMatchObject({ changed: [] });
      await flagMail(dovecot, user, subject, '-\\Flagged');
      expect(await inbox.sync()).toMatchObject({ changed: [mailOn(inbox, subject)] });
      await expectAgreement(phone, user, inbox);
    });

    it('deletes into the Trash, and there for good', async () => {
      const user = newUser(some(5));
      const { phone, inbox } = await readyPhone(godwit, user);
      const trash = folderOf(phone, FolderType.deletedItems);
      await trash.syncAll();
      const { subject } = sample(2);
      const gone = await inbox.sync({ commands: [{ Delete: { ServerId: mailOn(inbox, subject) } }] });
      expect(gone).toMatchObject({ status: 1, deleted: [], responses: [] });
      await expectAgreement(phone, user, inbox);
      expect(await trash.sync()).toMatchObject({ added: [expect.any(String)] });
      await expectAgreement(phone, user, trash, 'Trash');
      expect(onPhone(trash)).toMatchObject([{ subject }]);
      await trash.sync({ commands: [{ Delete: { ServerId: mailOn(trash, subject) } }] });
      expect(await onServer(dovecot, user, 'Trash')).toEqual([]);
      expect(await onServer(dovecot, user)).toHaveLength(4);
    });

    it('deletes for good at once when it says so, and hears of what others delete', async () => {
      const user = newUser(some(5));
      const { phone, inbox } = await readyPhone(godwit, user);
      const commands = [{ Delete: { ServerId: mailOn(inbox, sample(0).subject) } }];
      await inbox.sync({ commands, deletesAsMoves: false });
      expect(await onServer(dovecot, user, 'Trash')).toEqual([]);
      const id = mailOn(inbox, sample(1).subject);
      await expungeMail(dovecot, user, sample(1).subject);
      expect(await inbox.sync()).toMatchObject({ deleted: [id], added: [], changed: [] });
      await expectAgreement(phone, user, inbox);
    });

    it('moves mails, and may ask twice', async () => {
      const user = newUser(some(5));
      const { phone, inbox } = await readyPhone(godwit, user);
      const archive = phone.collection(phone.hierarchy.named('Archive')?.id ?? '');
      await archive.syncAll();
      const { subject } = sample(4);
      const serverId = mailOn(inbox, subject);
      const move = { serverId, from: inbox, to: archive };
      const [moved] = await phone.moveItems([move]);
      expect(moved).toMatchObject({ status: 3, newServerId: expect.stringContaining(archive.id) as string });
      // The answer was lost, thinks the phone.
      expect(await phone.moveItems([move])).toEqual([moved]);
      expect(await phone.moveItems([{ ...move, serverId: `${inbox.id}:0000000` }])).toMatchObject([
        { status: 1 },
      ]);
      await inbox.sync();
      await archive.sync();
      expect(onPhone(archive)).toMatchObject([{ subject }]);
      await expectAgreement(phone, user, inbox);
      await expectAgreement(phone, user, archive, 'Archive');
    });

    it('asks how much there is', async () => {
      const user = newUser(some(3));
      const { phone, inbox } = await readyPhone(godwit, user);
      await dovecot.deliver(user, letter('One more'));
      await dovecot.deliver(user, letter('And another'));
      expect(await phone.getItemEstimate(inbox)).toEqual({ status: 1, estimate: 2 });
      expect(await phone.getItemEstimate(folderOf(phone, FolderType.sentItems))).toMatchObject({ status: 3 });
      expect((await inbox.sync()).added).toHaveLength(2);
      expect(await phone.getItemEstimate(inbox)).toEqual({ status: 1, estimate: 0 });
    });

    it('says "the same as last time" by saying nothing, or only what differs', async () => {
      const user = newUser(some(3));
      const { phone, inbox } = await readyPhone(godwit, user);
      const sent = folderOf(phone, FolderType.sentItems);
      await sent.syncAll();
      expect(await phone.sync([{ collection: inbox }, { collection: sent }])).toMatchObject({
        isEmpty: true,
      });
      expect(await phone.sync([])).toMatchObject({ isEmpty: true });
      await dovecot.deliver(user, letter('To the empty request'));
      await phone.sync([]);
      expect(emailOn(inbox, 'To the empty request')).toBeDefined();
      // A folder whose key has changed must be named again (MS-ASCMD 2.2.3.131).
      await phone.sync([{ collection: inbox }, { collection: sent }]);
      await dovecot.deliver(user, letter('To the partial request'));
      const { collections } = await phone.sync([{ collection: sent, window: 7 }], { partial: true });
      expect(collections.get(inbox.id)?.added).toHaveLength(1);
      await expectAgreement(phone, user, inbox);
    });

    it('that never said anything cannot say "the same"', async () => {
      const { phone } = await readyPhone(godwit, newUser());
      const other = newPhone(godwit, phone.link.identity.user);
      await other.provision();
      await other.folderSync();
      expect(await other.sync([])).toMatchObject({ status: 13 });
    });
  });

  describe('waits', () => {
    it('with Ping, until a mail is delivered', async () => {
      const user = newUser(some(3));
      const { phone, inbox } = await readyPhone(godwit, user);
      const waiting = phone.ping({ interval: 500, folders: [inbox] });
      await untilHeld(godwit, 1);
      await dovecot.deliver(user, letter('News'));
      expect(await waiting).toMatchObject({ kind: 'answered', status: 2, folders: [inbox.id] });
      // What it has not fetched is news again.
      expect(await phone.ping({})).toMatchObject({ status: 2, folders: [inbox.id] });
      expect((await inbox.sync()).added).toHaveLength(1);
      await expectAgreement(phone, user, inbox);
    });

    it('with Ping, for news of the folders it asked about only', async () => {
      const user = newUser(some(3));
      const { phone } = await readyPhone(godwit, user);
      const sent = folderOf(phone, FolderType.sentItems);
      await sent.syncAll();
      const waiting = phone.ping({ interval: 500, folders: [sent] });
      await untilHeld(godwit, 1);
      await dovecot.deliver(user, letter('Not asked about'));
      await withMailProgram(dovecot, user, (client) => client.append('Sent', letter('Asked about')));
      expect(await waiting).toMatchObject({ status: 2, folders: [sent.id] });
    });

    it('with Ping, in vain', async () => {
      const { phone, inbox } = await readyPhone(godwit, newUser(some(3)));
      expect(await phone.ping({ interval: 1, folders: [inbox] })).toMatchObject({ status: 1, folders: [] });
    });

    it('with Ping, and a newer request ends the wait at once', async () => {
      const { phone, inbox } = await readyPhone(godwit, newUser(some(3)));
      const older = phone.ping({ interval: 500, folders: [inbox] });
      await untilHeld(godwit, 1);
      const newer = phone.ping({ interval: 1, folders: [inbox] });
      // In a cluster another gateway may hold the older one.
      expect(await older).toMatchObject({ status: 1 });
      expect(await newer).toMatchObject({ status: 1 });
    });

    it('with Ping, and need not say its policy key', async () => {
      // MS-ASPROV 3.1.5.1: every command but Autodiscover and Ping has it.
      const { phone, inbox } = await readyPhone(godwit, newUser(some(3)), { autoProvision: false });
      phone.link.policyKey = undefined;
      expect(await phone.ping({ interval: 1, folders: [inbox] })).toMatchObject({ status: 1 });
    });

    it.each([{ heartbeat: 500 }, { wait: 5 }])('with Sync and %p', async (patience) => {
      const user = newUser(some(3));
      const { phone, inbox } = await readyPhone(godwit, user);
      const waiting = phone.sync([{ collection: inbox }], patience);
      await untilHeld(godwit, 1);
      await dovecot.deliver(user, letter('News'));
      expect((await waiting).collections.get(inbox.id)?.added).toHaveLength(1);
      await expectAgreement(phone, user, inbox);
    });
  });

  describe('sends', () => {
    const outgoing = (subject: string): string =>
      letter(subject).replace(/^To:.*\r\n/m, 'To: bert@example.org\r\nBcc: Carla <carla@example.org>\r\n');
    const received = (subject: string) =>
      sink.messages.filter(({ source }) => source.includes(`Subject: ${subject}\r\n`));

    it('a mail, once, however often it asks', async () => {
      const user = newUser();
      const { phone } = await readyPhone(godwit, user);
      const subject = `Sent by ${user}`;
      const first = await phone.sendMail(outgoing(subject), { clientId: 'the-one' });
      expect(first).toEqual({ status: undefined, isLost: false });
      expect(await phone.sendMail(outgoing(subject), { clientId: 'the-one' })).toMatchObject({ status: 118 });
      const [mail, ...others] = received(subject);
      expect(others).toEqual([]);
      const recipients = [...(mail?.recipients ?? [])].sort();
      expect(recipients).toEqual(['bert@example.org', 'carla@example.org']);
      expect(mail?.source.toString()).not.toMatch(/^Bcc:/im);
      const stored = await sourcesOf(dovecot, user, 'Sent');
      expect(stored).toHaveLength(1);
      expect(stored[0]).toMatch(/^Bcc: Carla <carla@example.org>/m);
      expect(await listFolder(dovecot, user, 'Sent')).toMatchObject([{ subject, read: true }]);
      const sent = folderOf(phone, FolderType.sentItems);
      await sent.syncAll();
      await expectAgreement(phone, user, sent, 'Sent');
    });

    it('a mail of which nothing is to be kept', async () => {
      const user = newUser();
      const { phone } = await readyPhone(godwit, user);
      await phone.sendMail(outgoing(`Not kept by ${user}`), { save: false });
      expect(received(`Not kept by ${user}`)).toHaveLength(1);
      expect(await listFolder(dovecot, user, 'Sent')).toEqual([]);
    });

    it('a mail as it is, as phones of 12.1 do', async () => {
      const user = newUser();
      const { phone } = await readyPhone(godwit, user, { version: '12.1' });
      const answer = await phone.sendMail(outgoing(`Raw from ${user}`));
      expect(answer).toEqual({ status: undefined, isLost: false });
      expect(received(`Raw from ${user}`)).toHaveLength(1);
      expect(await listFolder(dovecot, user, 'Sent')).toHaveLength(1);
    });
  });

  describe('fetches', () => {
    const NUMBER = 3;

    it('a whole mail', async () => {
      const { phone, inbox } = await readyPhone(godwit, newUser(some(7)));
      const { subject, source, words } = sample(1);
      const id = mailOn(inbox, subject);
      const asHtml = await phone.fetchItem(inbox, id, { bodyPreference: { Type: 2 } });
      expect(asHtml).toMatchObject({ status: 1, data: { Email: { Subject: subject, Body: { Type: 2 } } } });
      expect(asHtml.body).toContain('<b>1</b>');
      const asMime = await phone.fetchItem(inbox, id, { bodyPreference: { Type: 4 }, mimeSupport: 2 });
      expect(asMime.body).toBe(source.toString());
      const inParts = await phone.fetchItem(inbox, id, { multipart: true });
      expect(inParts).toMatchObject({ status: 1, data: { Email: { Body: { Part: 1 } } } });
      expect(inParts.body).toContain(words);
      expect((await phone.fetchItem(inbox, `${inbox.id}:00000000000000`)).status).toBe(6);
    });

    it('an attachment: in the document, beside it, and a piece of it', async () => {
      const { phone, inbox } = await readyPhone(godwit, newUser(some(7)));
      const [attachment] = emailOn(inbox, sample(NUMBER).subject).Attachments?.Attachment ?? [];
      const reference = attachment?.FileReference ?? '';
      const bytes = attachmentBytes(NUMBER);
      const type = 'application/octet-stream';
      const whole = await phone.fetchAttachment(reference);
      expect(whole).toMatchObject({ status: 1, contentType: type, range: undefined });
      expect(whole.data.equals(bytes)).toBe(true);
      const beside = await phone.fetchAttachment(reference, { multipart: true });
      expect(beside).toMatchObject({ status: 1, contentType: type });
      expect(beside.data.equals(bytes)).toBe(true);
      for (const multipart of [false, true]) {
        const piece = await phone.fetchAttachment(reference, { range: [10, 99], multipart });
        expect(piece).toMatchObject({ status: 1, range: '10-99', total: bytes.length });
        expect(piece.data.equals(bytes.subarray(10, 100))).toBe(true);
      }
      const end = await phone.fetchAttachment(reference, { range: [3000, 9999] });
      expect(end).toMatchObject({ status: 1, range: `3000-${bytes.length - 1}`, total: bytes.length });
      expect(end.data.equals(bytes.subarray(3000))).toBe(true);
      expect((await phone.fetchAttachment(reference, { range: [9000, 9999] })).status).toBe(8);
      expect((await phone.fetchAttachment('nothing:of:ours')).status).toBe(15);
    });

    it('its user’s addresses, and tells what it is', async () => {
      const user = newUser();
      for (const version of ['12.1', '14.0', '16.1'] as const) {
        const phone = newPhone(godwit, user, { version });
        await phone.provision();
        expect(await phone.userInformation()).toMatchObject({
          status: 1,
          primaryAddress: user,
          addresses: [user],
        });
        expect(await phone.tellInformation()).toBe(1);
      }
    });
  });

  describe('reads bodies', () => {
    const bodyOf = async (
      collection: Collection,
      subject: string,
      options: Parameters<Collection['sync']>[0],
    ) => {
      await collection.syncAll(options);
      const body = emailOn(collection, subject).Body;
      return { ...body, bytes: Buffer.byteLength(body?.Data ?? '') };
    };

    const inboxOf = async (): Promise<Collection> => {
      const phone = newPhone(godwit, newUser(some(7)));
      await phone.folderSync();
      return phone.inbox();
    };

    it.each([
      [1, 1, 'plain'],
      [2, 2, '<html>'],
    ] as const)('of type %d, cut', async (Type, number, _kind) => {
      const { subject } = sample(number);
      const whole = await bodyOf(await inboxOf(), subject, { bodyPreference: [{ Type }] });
      expect(whole.Type).toBe(Type);
      expect(whole.Truncated ?? false).toBe(false);
      const cut = await bodyOf(await inboxOf(), subject, { bodyPreference: [{ Type, TruncationSize: 20 }] });
      expect(cut).toMatchObject({ Type, Truncated: true, EstimatedDataSize: whole.bytes });
      expect(cut.bytes).toBeLessThanOrEqual(20);
      expect(cut.bytes).toBeGreaterThan(10);
      expect(whole.Data?.startsWith(cut.Data ?? 'no')).toBe(true);
    });

    it('of type 4: the mail as it is', async () => {
      const { subject, source } = sample(2);
      const options = { bodyPreference: [{ Type: 4 as const }], mimeSupport: 2 as const };
      const whole = await bodyOf(await inboxOf(), subject, options);
      expect(whole).toMatchObject({ Type: 4, Data: source.toString(), EstimatedDataSize: source.length });
      // MIMETruncation 0 is the head alone, 1 is 4,096 characters.
      const cut = await bodyOf(await inboxOf(), sample(3).subject, { ...options, mimeTruncation: 1 });
      expect(cut).toMatchObject({ Type: 4, Truncated: true, EstimatedDataSize: sample(3).source.length });
      expect(cut.bytes).toBeLessThanOrEqual(4096);
      expect(cut.Data).toContain('Subject: ');
    });

    it('in the next best type, when it takes the best one only whole', async () => {
      const bodyPreference = [
        { Type: 2 as const, TruncationSize: 20, AllOrNone: true },
        { Type: 1 as const, TruncationSize: 20 },
      ];
      const body = await bodyOf(await inboxOf(), sample(1).subject, { bodyPreference });
      expect(body).toMatchObject({ Type: 1, Truncated: true });
    });
  });

  const forms: [ProtocolVersion, 'plain' | 'base64'][] = [
    ['12.0', 'plain'],
    ['12.1', 'plain'],
    ['14.0', 'plain'],
    ['14.1', 'plain'],
    ['16.0', 'plain'],
    ['16.1', 'plain'],
    ['12.1', 'base64'],
    ['14.1', 'base64'],
    ['16.1', 'base64'],
  ];

  it.each(forms)('goes the whole road with %s (%s query)', async (version, query) => {
    const user = newUser(some(9));
    const { phone, inbox } = await readyPhone(godwit, user, { version, query });
    expect(phone.provisions).toBe(1);
    await expectAgreement(phone, user, inbox);
    const { subject } = sample(1);
    await inbox.sync({ commands: [change(mailOn(inbox, subject), { Read: true })] });
    await inbox.sync({ commands: [{ Delete: { ServerId: mailOn(inbox, sample(2).subject) } }] });
    const waiting = phone.ping({ interval: 500, folders: [inbox] });
    await untilHeld(godwit, 1);
    await dovecot.deliver(user, letter('Delivered on the road'));
    expect(await waiting).toMatchObject({ status: 2, folders: [inbox.id] });
    expect(await phone.getItemEstimate(inbox)).toEqual({ status: 1, estimate: 1 });
    expect((await inbox.sync()).added).toHaveLength(1);
    const key = inbox.key;
    await inbox.sync();
    expect(inbox.key).toBe(key);
    expect(await phone.sendMail(letter(`By road ${version} ${query}`))).toMatchObject({ status: undefined });
    const [attachment] = emailOn(inbox, sample(3).subject).Attachments?.Attachment ?? [];
    const multipart = version !== '12.0';
    const fetched = await phone.fetchAttachment(attachment?.FileReference ?? '', { multipart });
    expect(fetched.data.equals(attachmentBytes(3))).toBe(true);
    await expectAgreement(phone, user, inbox);
  });

  it('was never answered by a bug', async () => {
    for (const process of [...godwit.gateways, ...godwit.hosts]) {
      expect(
        process
          .output()
          .split('\n')
          .filter((line) => line.includes('"event":"bug"')),
      ).toEqual([]);
    }
  });

  it('was validated in all that it heard: each version, the whole road', () => {
    const heard = validatedCommands();
    for (const [version] of forms) {
      expect(heard[version]).toEqual(
        expect.arrayContaining([
          'FolderSync',
          'GetItemEstimate',
          'ItemOperations',
          'Ping',
          'Provision',
          'Sync',
        ]),
      );
    }
  });
});
