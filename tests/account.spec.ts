/**
 * What a user does around the mail, chapter by chapter: folders, automatic replies, the company's address book, certificates
 * and finding the server. In each generation of the protocol in which it exists, between a real Dovecot with Sieve, a real slapd and
 * an SMTP server; and once in a cluster.
 */
import { FolderType, type ProtocolVersion } from '#eas';
import { mobileSyncRequest, readPoxReply } from '#discovery';
import type { Phone } from '#phone';
import { waitUntil, type SeedMail } from './servers/index.js';
import { newUser as newAccount } from './stage/accounts.js';
import { letter } from './stage/corpus.js';
import { listFolder, withMailProgram } from './stage/mail-program.js';
import { bugsOf, startMailStage, type MailStage } from './stage/mail-stage.js';
import { photo } from './stage/people.js';
import { anomaliesOf, folderNamed, folderOf, mailOn, newPhone, onPhone, readyPhone } from './stage/phones.js';
import { withSieve } from './stage/sieve.js';
import { takeViolations } from './stage/traffic.js';
import { playedVersions } from './stage/versions.js';

const shapes: readonly ['standalone' | 'cluster', readonly ProtocolVersion[]][] = [
  ['standalone', playedVersions],
  ['cluster', ['16.1']],
];

const RULES =
  '# my own rules \u00e9\r\nrequire ["fileinto"];\nif header :contains "subject" "[list]" { fileinto "Archive"; stop; }\n# no end of line';

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

  const foldersOf = (user: string): Promise<string[]> =>
    withMailProgram(stage.dovecot, user, async (client) =>
      (await client.list()).map(({ path }) => path).sort(),
    );

  describe.each(versions)('a phone of %s', (version) => {
    const number = Math.round(Number(version) * 10);

    describe('keeps its folders', () => {
      it('makes, renames, moves and deletes them; mail programs and its other phones see it', async () => {
        const user = newUser();
        const [{ phone }, { phone: other }] = await Promise.all([
          readyPhone(stage.godwit, user, { version }),
          readyPhone(stage.godwit, user),
        ]);
        const projects = await phone.folderCreate({ name: 'Projects' });
        const child = await phone.folderCreate({ name: 'Zürich & Co', parentId: projects.id ?? '' });
        expect([projects.status, child.status]).toEqual([1, 1]);
        expect(await foldersOf(user)).toEqual(expect.arrayContaining(['Projects', 'Projects/Zürich & Co']));
        // Its own changes are not told again.
        const known = new Map(phone.hierarchy.folders);
        expect(await phone.folderSync()).toBe(1);
        expect(phone.hierarchy.folders).toEqual(known);
        await other.folderSync();
        expect(other.hierarchy.named('Zürich & Co')?.parentId).toBe(projects.id);

        const id = child.id ?? '';
        expect(await phone.folderUpdate({ id, name: 'Geneva', parentId: '0' })).toBe(1);
        expect(await foldersOf(user)).toEqual(expect.arrayContaining(['Geneva', 'Projects']));
        await other.folderSync();
        expect(other.hierarchy.folders.get(id)).toMatchObject({ name: 'Geneva', parentId: '0' });
        expect((await phone.folderCreate({ name: 'Geneva' })).status).toBe(2);
        expect(await phone.folderDelete(id)).toBe(1);
        expect(await foldersOf(user)).not.toContain('Geneva');
        await other.folderSync();
        expect(other.hierarchy.folders.has(id)).toBe(false);
        expect([...phone.hierarchy.anomalies, ...other.hierarchy.anomalies]).toEqual([]);
      });

      it('in a deep tree, which keeps its ids and its mails when a mail program renames the root', async () => {
        const user = newUser();
        const depth = 12;
        const names = Array.from({ length: depth }, (_, level) => `L${level}`);
        const path = names.join('/');
        await withMailProgram(stage.dovecot, user, async (client) => {
          for (const level of names.keys()) await client.mailboxCreate(names.slice(0, level + 1).join('/'));
          await client.append(path, letter('At the bottom'));
        });
        const { phone } = await readyPhone(stage.godwit, user, { version });
        const bottom = folderNamed(phone, `L${depth - 1}`);
        await bottom.syncAll();
        const before = new Map(phone.hierarchy.folders);
        await withMailProgram(stage.dovecot, user, (client) => client.mailboxRename('L0', 'Root'));
        await phone.folderSync();
        const root = phone.hierarchy.named('Root');
        expect(phone.hierarchy.named('L0')).toBeUndefined();
        const expected = new Map([...before].map(([id, one]) => [id, one.name === 'L0' ? root : one]));
        expect(phone.hierarchy.folders).toEqual(expected);
        expect(await bottom.syncAll()).toMatchObject({ status: 1, added: [], deleted: [] });
        expect(onPhone(bottom)).toMatchObject([{ subject: 'At the bottom' }]);
        expect(phone.hierarchy.anomalies).toEqual([]);
      });

      it('and puts mails into them', async () => {
        const user = newUser(letter('To be put away'), letter('To stay'));
        const { phone, inbox } = await readyPhone(stage.godwit, user, { version });
        const { id = '' } = await phone.folderCreate({ name: 'Kept' });
        const kept = phone.collection(id);
        await kept.syncAll();
        const serverId = mailOn(inbox, 'To be put away');
        expect(await phone.moveItems([{ serverId, from: inbox, to: kept }])).toMatchObject([{ status: 3 }]);
        await Promise.all([inbox.syncAll(), kept.syncAll()]);
        expect(onPhone(kept)).toMatchObject([{ subject: 'To be put away' }]);
        expect(await listFolder(stage.dovecot, user, 'Kept')).toHaveLength(1);
        expect(await listFolder(stage.dovecot, user)).toHaveLength(1);
        expect(anomaliesOf(phone)).toEqual([]);
      });

      it('and cannot delete those that have a purpose', async () => {
        const { phone } = await readyPhone(stage.godwit, newUser(), { version });
        const inbox = phone.hierarchy.inbox?.id ?? '';
        expect(await phone.folderDelete(inbox)).toBe(3);
        const sent = folderOf(phone, FolderType.sentItems);
        expect(await phone.folderUpdate({ id: sent.id, name: 'Mine', parentId: '0' })).toBe(2);
      });
    });

    describe('is away', () => {
      const out = (phone: Phone, OofState: number) =>
        phone.command('Settings', [
          {
            Oof: {
              Set: {
                OofState,
                OofMessage: [
                  message('AppliesToInternal', 'For colleagues of Anna.'),
                  message('AppliesToExternalUnknown', 'For strangers: away.'),
                ],
              },
            },
          },
        ]);
      const message = (audience: 'AppliesToInternal' | 'AppliesToExternalUnknown', ReplyMessage: string) => ({
        [audience]: true as const,
        Enabled: true,
        ReplyMessage,
        BodyType: 'Text',
      });

      const stateOf = async (phone: Phone) => {
        const outcome = await phone.command('Settings', [{ Oof: { Get: { BodyType: 'Text' } } }]);
        if (outcome.kind !== 'document') throw new Error(`Settings: ${outcome.kind}`);
        return outcome.value.flatMap((part) => ('Oof' in part ? [part.Oof] : []))[0];
      };

      it('and says so: each audience gets its answer, and the user’s own rules stay as they are', async () => {
        const user = newUser();
        await withSieve(stage.dovecot, user, async (client) => {
          await client.putScript('mine', RULES);
          await client.setActive('mine');
        });
        const { phone } = await readyPhone(stage.godwit, user, { version });
        expect(await stateOf(phone)).toMatchObject({ Status: 1, Get: { OofState: 0 } });
        expect(await out(phone, 1)).toMatchObject({ kind: 'document', status: 1 });
        const state = await stateOf(phone);
        expect(state).toMatchObject({ Status: 1, Get: { OofState: 1 } });
        expect(state?.Get?.OofMessage).toEqual(
          expect.arrayContaining([
            message('AppliesToInternal', 'For colleagues of Anna.'),
            message('AppliesToExternalUnknown', 'For strangers: away.'),
          ]),
        );

        const { sink, dovecot } = stage;
        const stranger = `stranger-of-${user.split('@')[0]}@elsewhere.example`;
        const colleague = `colleague-of-${user}`;
        const repliesTo = (address: string): string[] =>
          sink.messages
            .filter(({ recipients }) => recipients.includes(address))
            .map(({ source }) => source.toString());
        const write = (from: string): Promise<void> => {
          const addressed = `From: ${from}\r\nTo: ${user}\r\n`;
          const mail = letter(`Hello ${user}`).replace(/^From:.*\r\nTo:.*\r\n/m, addressed);
          return dovecot.deliver(user, mail, from);
        };
        await write(stranger);
        await write(colleague);
        await waitUntil('both to be answered', () =>
          [stranger, colleague].every((address) => repliesTo(address).length === 1),
        );
        expect(repliesTo(stranger)[0]).toContain('For strangers: away.');
        expect(repliesTo(colleague)[0]).toContain('For colleagues of Anna.');

        // The rules still work while away.
        await dovecot.deliver(user, letter('[list] News'));
        expect(await listFolder(dovecot, user, 'Archive')).toHaveLength(1);
        expect(await out(phone, 0)).toMatchObject({ kind: 'document', status: 1 });
        expect(await stateOf(phone)).toMatchObject({ Status: 1, Get: { OofState: 0 } });
        await withSieve(dovecot, user, async (client) => {
          expect(await client.getScript('mine')).toBe(RULES);
          expect((await client.listScripts()).find(({ active }) => active)?.name).toBe('mine');
        });
        await write(`second-${stranger}`);
        // The mail is in the mailbox when it has been delivered, and so is its answer on the way.
        expect(repliesTo(`second-${stranger}`)).toEqual([]);
      });
    });

    describe('looks up people', () => {
      const people = async (query: string, options: object = {}) => {
        const phone = newPhone(stage.godwit, newUser(), { version });
        const outcome = await phone.command('Search', {
          Store: { Name: 'GAL', Query: { text: query }, Options: { Range: '0-9', ...options } },
        });
        if (outcome.kind !== 'document') throw new Error(`Search: ${outcome.kind}`);
        return outcome.value.Response?.Store;
      };

      it('in the company’s address book', async () => {
        const store = await people('ada lovelace');
        expect(store).toMatchObject({ Status: 1, Range: '0-0', Total: 1 });
        expect(store?.Result?.[0]?.Properties?.Gal).toMatchObject({
          DisplayName: 'Ada Lovelace',
          EmailAddress: 'lovelace@example.test',
          Title: 'Countess',
        });
      });

      if (number >= 141) {
        it('with their photos', async () => {
          const store = await people('ada', { Picture: { MaxPictures: 5 } });
          const found = store?.Result?.map(({ Properties }) => Properties?.Gal) ?? [];
          const pictures = new Map(found.map((gal) => [gal?.DisplayName, gal?.Picture]));
          expect(pictures.get('Ada Lovelace')).toMatchObject({ Status: 1 });
          expect(pictures.get('Ada Lovelace')?.Data).toEqual(photo);
          expect(pictures.get('Ada Adama')).toMatchObject({ Status: 173 });
        });
      }

      it('to write to: one, several, nobody', async () => {
        const phone = newPhone(stage.godwit, newUser(), { version });
        const outcome = await phone.command('ResolveRecipients', {
          To: ['babbage@example.test', 'ada', 'nobody at all'],
        });
        if (outcome.kind !== 'document') throw new Error(`ResolveRecipients: ${outcome.kind}`);
        const answers = outcome.value.Response ?? [];
        expect(answers.map(({ To, Status }) => [To, Status])).toEqual([
          ['babbage@example.test', 1],
          ['ada', 2],
          ['nobody at all', 4],
        ]);
        expect(answers[0]?.Recipient).toMatchObject([
          { DisplayName: 'Charles Babbage', EmailAddress: 'babbage@example.test' },
        ]);
      });
    });

    describe('looks for mails', () => {
      const searched = (word: string, more: object = {}) => ({
        Store: {
          Name: 'Mailbox',
          Query: { And: [{ Class: ['Email'], FreeText: [word], ...more }] },
          Options: { Range: '0-9', RebuildResults: true, DeepTraversal: true },
        },
      });

      it('in all folders or one, and opens what it found', async () => {
        const user = newUser(letter('About turbines'), letter('About boats'));
        stage.dovecot.seed(user, [{ source: letter('Old turbines') }], 'Archive');
        const { phone } = await readyPhone(stage.godwit, user, { version });
        const search = async (more: object = {}) => {
          const outcome = await phone.command('Search', searched('turbines', more));
          if (outcome.kind !== 'document') throw new Error(`Search: ${outcome.kind}`);
          return outcome.value.Response?.Store;
        };
        const everywhere = await search();
        expect(everywhere).toMatchObject({ Status: 1, Total: 2 });
        const archive = folderNamed(phone, 'Archive');
        const inOne = await search({ CollectionId: [archive.id] });
        expect(inOne?.Result).toMatchObject([
          { CollectionId: archive.id, Properties: { Email: { Subject: 'Old turbines' } } },
        ]);
        const fetched = await phone.command('ItemOperations', [
          {
            Fetch: {
              Store: 'Mailbox',
              LongId: inOne?.Result?.[0]?.LongId ?? '',
              Options: { BodyPreference: [{ Type: 1 }] },
            },
          },
        ]);
        if (fetched.kind !== 'document') throw new Error(`ItemOperations: ${fetched.kind}`);
        expect(fetched.value.Response).toMatchObject([
          { Fetch: { Status: 1, Properties: { Email: { Subject: 'Old turbines' } } } },
        ]);
      });

      if (number >= 161) {
        it('by the words of Find', async () => {
          const user = newUser(letter('About turbines'), letter('About boats'));
          const { phone, inbox } = await readyPhone(stage.godwit, user, { version });
          const outcome = await phone.command('Find', {
            SearchId: '3F2504E0-4F89-11D3-9A0C-0305E82C3301',
            ExecuteSearch: {
              MailBoxSearchCriterion: { Query: { FreeText: 'subject:boats', Class: 'Email' } },
            },
          });
          if (outcome.kind !== 'document') throw new Error(`Find: ${outcome.kind}`);
          expect(outcome.value).toMatchObject({
            Status: 1,
            Response: {
              Status: 1,
              Result: [
                {
                  ServerId: mailOn(inbox, 'About boats'),
                  CollectionId: inbox.id,
                  Properties: { Email: { Subject: 'About boats' } },
                },
              ],
            },
          });
        });
      }
    });

    it('asks whether certificates are to be trusted, each for itself', async () => {
      const phone = newPhone(stage.godwit, newUser(), { version });
      const { trusted, stranger } = stage.certificates;
      const outcome = await phone.command('ValidateCert', {
        Certificates: { Certificate: [trusted.base64, stranger.base64, 'no certificate'] },
      });
      if (outcome.kind !== 'document') throw new Error(`ValidateCert: ${outcome.kind}`);
      const statuses = outcome.value.Certificate?.map(({ Status }) => Status) ?? [];
      expect([outcome.value.Status, statuses[0]]).toEqual([1, 1]);
      expect(statuses).toHaveLength(3);
      expect(statuses.slice(1)).not.toContain(1);
    });
  });

  describe('whoever knows nothing but an address', () => {
    const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
      fetch(`${stage.godwit.url}${path}`, { redirect: 'manual', ...init });
    const basic = (user: string, password = 'secret') => ({
      Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    });

    it.each(['/autodiscover/autodiscover.xml', '/AutoDiscover/AUTODISCOVER.XML'])(
      'finds the server by %s, after its password was asked for',
      async (path) => {
        const user = newUser();
        const request = { method: 'POST', body: mobileSyncRequest(user) };
        const headers = { 'Content-Type': 'text/xml' };
        const refused = await ask(path, { ...request, headers });
        expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
          401,
          expect.stringContaining('Basic') as string,
        ]);
        const guessed = await ask(path, { ...request, headers: { ...headers, ...basic(user, 'wrong') } });
        expect(guessed.status).toBe(401);
        const found = await ask(path, { ...request, headers: { ...headers, ...basic(user) } });
        const reply = readPoxReply(await found.text());
        if (reply.kind !== 'settings') throw new Error(`Autodiscover: ${reply.kind}`);
        expect(reply.address).toBe(user);
        // It is the address it is told that the phone goes to.
        const phone = newPhone({ ...stage.godwit, url: reply.url }, user);
        expect(await phone.folderSync()).toBe(1);
      },
    );

    it('finds it in JSON without a password', async () => {
      const answer = await ask(`/AutoDiscover/autodiscover.json?Email=${newUser()}&Protocol=ActiveSync`);
      expect(await answer.json()).toEqual({
        Protocol: 'ActiveSync',
        Url: expect.stringMatching(/^http:.*\/Microsoft-Server-ActiveSync$/) as string,
      });
    });
  });

  it('no bug has answered', () => expect(bugsOf(stage.godwit)).toEqual([]));
});
