/**
 * What a user does with mail, chapter by chapter: in each generation of the protocol in which it exists, between a real Dovecot and a
 * real SMTP server; and once in a cluster, where each request may reach another gateway.
 */
import { FolderType, type ProtocolVersion } from '#eas';
import type { ClientCommand, Collection } from '#phone';
import type { SeedMail } from './servers/index.js';
import { newUser as newAccount } from './stage/accounts.js';
import { letter } from './stage/corpus.js';
import { getAttachment } from './stage/get-attachment.js';
import { flagsOf, listFolder, sourcesOf, withMailProgram } from './stage/mail-program.js';
import { bugsOf, startMailStage, type MailStage } from './stage/mail-stage.js';
import { anomaliesOf, emailOn, folderNamed, folderOf, mailOn, readyPhone } from './stage/phones.js';
import {
  file,
  FILE_BYTES,
  invitation,
  MEETING_UID,
  ORIGINAL_WORDS,
  picture,
  replyMail,
  richMail,
  signedMail,
  winmailMail,
  written,
} from './stage/special-mails.js';
import { takeViolations } from './stage/traffic.js';
import { playedVersions } from './stage/versions.js';

const shapes: readonly ['standalone' | 'cluster', readonly ProtocolVersion[]][] = [
  ['standalone', playedVersions],
  ['cluster', ['16.1']],
];

type Changed = Extract<ClientCommand, { Change: unknown }>['Change'];
type EmailChange = NonNullable<NonNullable<Changed['ApplicationData']>['Email']>;
const change = (ServerId: string, Email: EmailChange): ClientCommand => ({
  Change: { ServerId, ApplicationData: { Email } },
});

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

describe.each(shapes)('%s', (shape, versions) => {
  let stage: MailStage;

  beforeAll(async () => {
    stage = await startMailStage(shape);
  });

  afterAll(() => stage.stop());
  afterEach(() => expect(takeViolations()).toEqual([]));

  const newUser = (...sources: string[]): string =>
    newAccount(
      stage.dovecot,
      sources.map((source): SeedMail => ({ source })),
    );

  /** Two phones of a user, the second one of the newest version. */
  async function twoPhones(version: ProtocolVersion, ...sources: string[]) {
    const user = newUser(...sources);
    const [one, other] = await Promise.all([
      readyPhone(stage.godwit, user, { version }),
      readyPhone(stage.godwit, user),
    ]);
    return { user, ...one, other };
  }

  const originalOf = (inbox: Collection, subject: string) => ({
    folderId: inbox.id,
    itemId: mailOn(inbox, subject),
  });

  describe.each(versions)('a phone of %s', (version) => {
    const number = Math.round(Number(version) * 10);
    /** A test of what there is from this version on. */
    const since = (least: number, name: string, test: () => Promise<void>) => {
      if (number >= least) it(name, test);
    };
    const until = (most: number, name: string, test: () => Promise<void>) => {
      if (number <= most) it(name, test);
    };
    const subject = `Plans of ${shape} ${version}`;

    describe('answers', () => {
      it('a mail: quoted, with its pictures, once, marked for all, and blind recipients told to nobody', async () => {
        const { user, phone, inbox, other } = await twoPhones(version, richMail(subject));
        const title = `Re: ${subject}`;
        const reply = written(title, 'My answer.', 'The Boss <boss@example.org>');
        const source = originalOf(inbox, subject);
        const answer = await phone.smartReply(source, reply, { clientId: 'once' });
        expect(answer).toEqual({ status: undefined, isLost: false });
        if (number >= 140)
          expect(await phone.smartReply(source, reply, { clientId: 'once' })).toMatchObject({ status: 118 });

        const [sent, ...more] = stage.received(title);
        expect(more).toEqual([]);
        expect(sent?.from).toBe(user);
        expect([...(sent?.recipients ?? [])].sort()).toEqual(['dora@example.org', 'emil@example.org']);
        const text = sent?.source.toString() ?? '';
        expect(text).toMatch(new RegExp(`^From:[^\\r\\n]*${user}`, 'm'));
        expect(text).not.toContain('boss@example.org');
        expect(text).not.toMatch(/^Bcc:/im);
        expect(text).toMatch(/^(?:Date|Message-ID): /m);
        expect(text).toContain(`> ${ORIGINAL_WORDS}`);
        expect(text).toContain(picture);
        expect(text).not.toContain('plan.pdf');

        const [stored, ...copies] = await sourcesOf(stage.dovecot, user, 'Sent');
        expect(copies).toEqual([]);
        expect(stored).toMatch(/^Bcc:[^\r\n]*emil@example.org/m);
        expect(await flagsOf(stage.dovecot, user, subject)).toContain('\\Answered');
        expect(await other.inbox.sync()).toMatchObject({ changed: [mailOn(other.inbox, subject)] });
        expect(emailOn(other.inbox, subject)).toMatchObject({
          LastVerbExecuted: 1,
          LastVerbExecutionTime: expect.any(Date) as Date,
        });
      });

      it('and keeps no copy when it wants none', async () => {
        const { user, phone, inbox } = await twoPhones(version, richMail(subject));
        const title = `Re: not kept ${subject}`;
        await phone.smartReply(originalOf(inbox, subject), written(title, 'x'), { save: false });
        expect(stage.received(title)).toHaveLength(1);
        expect(await listFolder(stage.dovecot, user, 'Sent')).toEqual([]);
      });
    });

    describe('forwards', () => {
      it('a mail with its files byte for byte, and all phones hear that it was', async () => {
        const { user, phone, inbox, other } = await twoPhones(version, richMail(subject));
        const title = `Fw: ${subject}`;
        const answer = await phone.smartForward(originalOf(inbox, subject), written(title, 'Have a look.'));
        expect(answer).toEqual({ status: undefined, isLost: false });
        const [sent, ...more] = stage.received(title);
        expect(more).toEqual([]);
        const text = sent?.source.toString() ?? '';
        expect(text).toContain('Have a look.');
        expect(text).toContain(ORIGINAL_WORDS);
        expect(text).toContain(file);
        expect(text).toContain(picture);
        expect(await flagsOf(stage.dovecot, user, subject)).toContain('$Forwarded');
        await other.inbox.sync();
        expect(emailOn(other.inbox, subject)).toMatchObject({ LastVerbExecuted: 3 });
      });

      it('a signed mail whole', async () => {
        const { phone, inbox } = await twoPhones(version, signedMail(subject));
        const title = `Fw: signed ${subject}`;
        await phone.smartForward(originalOf(inbox, subject), written(title, 'See the signature.'));
        const text = stage.received(title)[0]?.source.toString() ?? '';
        expect(text).toContain(signedMail(subject).slice(0, -2));
      });

      since(140, 'a mail that it has edited itself as it is', async () => {
        const { phone, inbox } = await twoPhones(version, richMail(subject));
        const title = `Fw: replaced ${subject}`;
        await phone.smartForward(originalOf(inbox, subject), written(title, 'All mine.'), {
          replaceMime: true,
        });
        const text = stage.received(title)[0]?.source.toString() ?? '';
        expect(text).toContain('All mine.');
        expect(text).not.toContain(ORIGINAL_WORDS);
      });
    });

    describe('reads', () => {
      it('a signed mail whole, to the byte', async () => {
        const user = newUser(signedMail(subject));
        const { phone, inbox } = await readyPhone(stage.godwit, user, { version });
        const id = mailOn(inbox, subject);
        expect(emailOn(inbox, subject)).toMatchObject({ MessageClass: 'IPM.Note.SMIME.MultipartSigned' });
        const fetched = await phone.fetchItem(inbox, id, {
          bodyPreference: { Type: 4 },
          mimeSupport: 1,
        });
        expect(fetched.body).toBe(signedMail(subject));
      });

      it('an invitation', async () => {
        const { inbox } = await readyPhone(stage.godwit, newUser(invitation(subject)), { version });
        const mail = emailOn(inbox, subject);
        expect(mail).toMatchObject({
          MessageClass: 'IPM.Schedule.Meeting.Request',
          MeetingRequest: {
            StartTime: new Date('2026-12-01T08:00:00Z'),
            EndTime: new Date('2026-12-01T09:00:00Z'),
            DtStamp: new Date('2026-11-01T10:00:00Z'),
            Organizer: expect.stringContaining('bob@example.org') as string,
            InstanceType: 1,
            ResponseRequested: true,
            Recurrences: { Recurrence: { Type: 1, Interval: 1, Occurrences: 5, DayOfWeek: 4 } },
          },
        });
        const { GlobalObjId, UID, Location, AirSyncBaseLocation, TimeZone } = mail.MeetingRequest ?? {};
        expect(TimeZone).toHaveLength(172);
        if (number >= 160) {
          expect([UID, GlobalObjId]).toEqual([MEETING_UID, undefined]);
          expect(AirSyncBaseLocation).toMatchObject({ DisplayName: 'Room 5' });
        } else {
          expect(UID).toBeUndefined();
          expect(Buffer.from(GlobalObjId ?? '').includes(MEETING_UID)).toBe(true);
          expect(Location).toBe('Room 5');
        }
      });

      it('what is in a winmail.dat, and the file in it', async () => {
        const user = newUser(winmailMail(subject));
        const { phone, inbox } = await readyPhone(stage.godwit, user, { version });
        const { Attachments } = emailOn(inbox, subject);
        const found = Attachments?.Attachment ?? [];
        // The parcel itself stays in the list: somebody may have a program for it.
        expect(found.map(({ DisplayName }) => DisplayName)).toEqual(['winmail.dat', 'inside.pdf']);
        const fetched = await phone.fetchAttachment(found[1]?.FileReference ?? '');
        expect(fetched.data.equals(FILE_BYTES)).toBe(true);
        const whole = await phone.fetchItem(inbox, mailOn(inbox, subject), {
          bodyPreference: { Type: 4 },
          mimeSupport: 2,
        });
        expect(whole.body).toBe(winmailMail(subject));
      });

      it('files and pictures, each with its own place', async () => {
        const { inbox } = await readyPhone(stage.godwit, newUser(richMail(subject)), { version });
        expect(emailOn(inbox, subject).Attachments?.Attachment).toEqual(
          expect.arrayContaining([
            expect.objectContaining({ DisplayName: 'plan.pdf' }),
            expect.objectContaining({ DisplayName: 'dot.png', IsInline: true, ContentId: 'dot@example.org' }),
          ]),
        );
      });

      until(121, 'an attachment by GetAttachment', async () => {
        const { phone, inbox } = await readyPhone(stage.godwit, newUser(richMail(subject)), { version });
        const found = emailOn(inbox, subject).Attachments?.Attachment ?? [];
        const reference = found.find(({ DisplayName }) => DisplayName === 'plan.pdf')?.FileReference ?? '';
        const { http, contentType, data } = await getAttachment(phone, reference);
        expect([http, contentType]).toEqual([200, 'application/pdf']);
        expect(data.equals(FILE_BYTES)).toBe(true);
        expect((await getAttachment(phone, 'nothing:of:ours')).http).toBe(500);
      });

      since(141, 'what a reply says itself, without what it quotes', async () => {
        const user = newUser(replyMail(subject, 'Only these are new.'));
        const { inbox } = await readyPhone(stage.godwit, user, { version });
        inbox.reset();
        await inbox.syncAll({ bodyPartPreference: [{ Type: 2, TruncationSize: 5000 }] });
        const { BodyPart, Body } = emailOn(inbox, `Re: ${subject}`);
        expect(Body?.Data).toContain(ORIGINAL_WORDS);
        expect(BodyPart).toMatchObject({ Status: 1, Type: 2 });
        expect(BodyPart?.Data).toContain('Only these are new.');
        expect(BodyPart?.Data).not.toContain(ORIGINAL_WORDS);
      });

      since(140, 'a conversation as one, and moves it as one', async () => {
        const mails = [richMail(subject), replyMail(subject, 'One.'), letter(`Besides ${subject}`)];
        const user = newUser(...mails);
        const { phone, inbox } = await readyPhone(stage.godwit, user, { version });
        const id = emailOn(inbox, subject).ConversationId;
        expect(id?.length).toBe(16);
        expect(emailOn(inbox, `Re: ${subject}`).ConversationId).toEqual(id);
        expect(emailOn(inbox, `Besides ${subject}`).ConversationId).not.toEqual(id);
        expect(emailOn(inbox, subject).ConversationIndex).toBeDefined();

        const archive = folderNamed(phone, 'Archive');
        await archive.syncAll();
        expect(await phone.moveConversation(id ?? new Uint8Array(), archive.id)).toBe(1);
        await Promise.all([inbox.syncAll(), archive.syncAll()]);
        expect([inbox.items.size, archive.items.size]).toEqual([1, 2]);
        expect(await listFolder(stage.dovecot, user, 'Archive')).toHaveLength(2);
        expect(anomaliesOf(phone)).toEqual([]);
      });
    });

    describe('marks', () => {
      const due = new Date('2026-12-24T00:00:00.000Z');
      const reminder = new Date('2026-12-23T08:30:00.000Z');
      const followUp = {
        Status: 2,
        FlagType: 'Follow up',
        StartDate: due,
        UtcStartDate: due,
        DueDate: due,
        UtcDueDate: due,
        ReminderSet: true,
        ReminderTime: reminder,
      };

      it('a mail to follow up: with its dates on all phones, starred for mail programs', async () => {
        const { user, inbox, other } = await twoPhones(version, letter(subject));
        const marked = await inbox.sync({ commands: [change(mailOn(inbox, subject), { Flag: followUp })] });
        expect(marked).toMatchObject({ status: 1, responses: [], changed: [] });
        await other.inbox.sync();
        expect(emailOn(other.inbox, subject).Flag).toMatchObject(followUp);
        expect(await flagsOf(stage.dovecot, user, subject)).toContain('\\Flagged');

        await other.inbox.sync({ commands: [change(mailOn(other.inbox, subject), { Flag: {} })] });
        await inbox.sync();
        expect(emailOn(inbox, subject).Flag).toEqual({});
        expect(await flagsOf(stage.dovecot, user, subject)).not.toContain('\\Flagged');
      });

      since(140, 'a mail with categories, which are keywords to mail programs', async () => {
        const { user, inbox, other } = await twoPhones(version, letter(subject));
        const Categories = { Category: ['Work', 'Travel', 'Größere Dinge'] };
        await inbox.sync({ commands: [change(mailOn(inbox, subject), { Categories })] });
        await other.inbox.sync();
        const sorted = (collection: Collection) =>
          [...(emailOn(collection, subject).Categories?.Category ?? [])].sort();
        expect(sorted(other.inbox)).toEqual(['Größere Dinge', 'Travel', 'Work']);
        // Thunderbird's first labels are known by other names.
        const keywords = await flagsOf(stage.dovecot, user, subject);
        expect(keywords).toEqual(expect.arrayContaining(['Travel', '$label2']));

        // A mail program adds one and takes one.
        await withMailProgram(stage.dovecot, user, async (client) => {
          await client.mailboxOpen('INBOX');
          await client.messageFlagsAdd('1', ['Private']);
          await client.messageFlagsRemove('1', ['Travel']);
        });
        await Promise.all([inbox.sync(), other.inbox.sync()]);
        expect(sorted(inbox)).toEqual(['Größere Dinge', 'Private', 'Work']);
        expect(sorted(other.inbox)).toEqual(['Größere Dinge', 'Private', 'Work']);

        await inbox.sync({ commands: [change(mailOn(inbox, subject), { Categories: {} })] });
        await other.inbox.sync();
        expect(sorted(other.inbox)).toEqual([]);
      });
    });

    describe('writes drafts', () => {
      const fileOf = (ClientId: string, bytes: Buffer) => ({
        ClientId,
        DisplayName: `${ClientId}.bin`,
        Content: { length: bytes.length, content: once(bytes) },
      });
      const draft = (text: string) => ({
        To: 'Dora <dora@example.org>',
        Bcc: 'emil@example.org',
        Subject: subject,
        Body: { Type: 1, Data: text },
      });
      const drafted = (text: string) => [
        { Add: { ClientId: 'one', ApplicationData: { Email: draft(text) } } } satisfies ClientCommand,
      ];

      since(
        160,
        'that other phones and mail programs see, under one id until they are sent, once',
        async () => {
          const { user, phone, other } = await twoPhones(version);
          const [drafts, theirs] = [phone, other.phone].map((each) => folderOf(each, FolderType.drafts));
          if (!drafts || !theirs) throw new Error('there are no drafts');
          await Promise.all([drafts.syncAll(), theirs.syncAll()]);
          const Attachments = { Add: [fileOf('first', FILE_BYTES)] };
          const Email = { ...draft('Begun.'), Attachments };
          const made = await drafts.sync({
            commands: [{ Add: { ClientId: 'one', ApplicationData: { Email } } }],
          });
          expect(made).toMatchObject({ status: 1, added: [], responses: [{ Add: { Status: 1 } }] });
          const [answer] = made.responses;
          const told = answer && 'Add' in answer ? answer.Add : undefined;
          const id = told?.ServerId ?? '';
          const reference = told?.ApplicationData?.Email?.Attachments?.Attachment?.[0]?.FileReference ?? '';
          expect(await sourcesOf(stage.dovecot, user, 'Drafts')).toEqual([
            expect.stringMatching(/^Bcc:[^\r\n]*emil@example.org/m) as string,
          ]);
          expect(await flagsOf(stage.dovecot, user, subject, 'Drafts')).toContain('\\Draft');

          expect(await theirs.sync()).toMatchObject({ added: [id] });
          const [seen] = emailOn(theirs, subject).Attachments?.Attachment ?? [];
          const fetched = await other.phone.fetchAttachment(seen?.FileReference ?? '');
          expect(fetched.data.equals(FILE_BYTES)).toBe(true);

          const rewritten = {
            Body: { Type: 1, Data: 'Written on.' },
            Attachments: {
              Add: [fileOf('second', Buffer.from('the second file'))],
              Delete: [{ FileReference: reference }],
            },
          };
          expect(await drafts.sync({ commands: [change(id, rewritten)] })).toMatchObject({ status: 1 });
          expect(await theirs.sync()).toMatchObject({ changed: [id], added: [], deleted: [] });
          const names = emailOn(theirs, subject).Attachments?.Attachment?.map(
            ({ DisplayName }) => DisplayName,
          );
          expect(names).toEqual(['second.bin']);
          expect(emailOn(theirs, subject).Body?.Data).toContain('Written on.');

          // A flag is no reason to write the draft anew.
          const before = await listFolder(stage.dovecot, user, 'Drafts');
          await drafts.sync({ commands: [change(id, { Flag: { Status: 2, FlagType: 'Follow up' } })] });
          const after = await listFolder(stage.dovecot, user, 'Drafts');
          expect(after).toMatchObject([{ uid: before[0]?.uid, flagged: true }]);

          const { key } = drafts;
          const send: ClientCommand[] = [{ Change: { ServerId: id, Send: true } }];
          expect(await drafts.sync({ commands: send })).toMatchObject({ status: 1 });
          // The answer was lost, thinks the phone.
          drafts.key = key;
          expect(await drafts.sync({ commands: send })).toMatchObject({ status: 1 });
          const [sent, ...more] = stage.received(subject).filter(({ from }) => from === user);
          expect(more).toEqual([]);
          expect([...(sent?.recipients ?? [])].sort()).toEqual(['dora@example.org', 'emil@example.org']);
          const text = sent?.source.toString() ?? '';
          expect(text).not.toMatch(/^Bcc:/im);
          expect(text).toContain(Buffer.from('the second file').toString('base64'));
          expect(text).not.toContain('first.bin');
          expect(await listFolder(stage.dovecot, user, 'Drafts')).toEqual([]);
          expect(await sourcesOf(stage.dovecot, user, 'Sent')).toEqual([
            expect.stringMatching(/^Bcc:[^\r\n]*emil@example.org/m) as string,
          ]);
          expect(await theirs.sync()).toMatchObject({ deleted: [id] });
          await drafts.sync();
          expect(drafts.items.size).toBe(0);
        },
      );

      until(141, 'in vain: the folder is shown, and nothing is taken', async () => {
        const user = newUser();
        const { phone } = await readyPhone(stage.godwit, user, { version });
        const drafts = folderOf(phone, FolderType.drafts);
        await drafts.syncAll();
        const { responses } = await drafts.sync({ commands: drafted('x') });
        expect(responses).toMatchObject([{ Add: { Status: 6 } }]);
        expect(await listFolder(stage.dovecot, user, 'Drafts')).toEqual([]);
      });
    });

    describe('empties', () => {
      it('the Trash at once', async () => {
        const user = newUser();
        stage.dovecot.seed(user, [{ source: letter('One') }, { source: letter('Two') }], 'Trash');
        const { phone } = await readyPhone(stage.godwit, user, { version });
        const trash = folderOf(phone, FolderType.deletedItems);
        await trash.syncAll();
        expect(trash.items.size).toBe(2);
        expect(await phone.emptyFolder(trash.id)).toBe(1);
        expect(await listFolder(stage.dovecot, user, 'Trash')).toEqual([]);
        await trash.syncAll();
        expect(trash.items.size).toBe(0);
      });
    });
  });

  it('no bug has answered', () => expect(bugsOf(stage.godwit)).toEqual([]));
});
