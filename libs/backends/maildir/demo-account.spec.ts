import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Replica, sampleMail } from '#backend/contract';
import { hashPassword, LocalSubmitter, MaildirFactory, passwordFile, verifyPassword } from './index.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'godwit-demo-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('passwords', () => {
  it('are hashed with a salt of their own and verified', async () => {
    const [first, second] = [await hashPassword('gödwit'), await hashPassword('gödwit')];
    expect(first).not.toBe(second);
    expect(await verifyPassword('gödwit', first)).toBe(true);
    // The same letters typed on a machine that composes them otherwise.
    expect(await verifyPassword('go\u0308dwit', first)).toBe(true);
    expect(await verifyPassword('other', first)).toBe(false);
  });

  it.each([
    '',
    'plain',
    '$scrypt$',
    '$scrypt$ln=99,r=8,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAA',
    '$2y$10$abcdefghijklmnopqrstuv',
  ])('are never right for the hash %j', async (hash) => {
    expect(await verifyPassword('plain', hash)).toBe(false);
  });

  it('come from a file that may change, and nobody gets in who is not in it', async () => {
    const path = join(root, 'passwords');
    await writeFile(path, `# users\nada:${await hashPassword('one')}\n`);
    const check = passwordFile(path);
    expect(await check('ada', 'one')).toBe(true);
    expect(await check('Ada', 'one')).toBe(true);
    expect(await check('ada', 'two')).toBe(false);
    expect(await check('eve', 'one')).toBe(false);
    await writeFile(path, `ada:${await hashPassword('two')}\r\n`);
    await utimes(path, new Date(), new Date(Date.now() + 5000));
    expect(await check('ada', 'one')).toBe(false);
    expect(await check('ada', 'two')).toBe(true);
  });
});

const factory = (): MaildirFactory =>
  new MaildirFactory({
    path: (user) => join(root, user),
    passwords: async (_, password) => password === 'right',
  });

describe('signing in', () => {
  it('creates the mailbox on the first day', async () => {
    const backend = await factory().open({ user: 'ada@example.org', password: 'right' });
    expect(await backend.folders()).toMatchObject([{ path: 'INBOX' }]);
    expect(await readdir(join(root, 'ada@example.org'))).toEqual(
      expect.arrayContaining(['cur', 'new', 'tmp']),
    );
  });

  it.each([
    ['ada', 'wrong'],
    ['../ada', 'right'],
    ['..', 'right'],
    ['a/b', 'right'],
    ['a\0b', 'right'],
    ['', 'right'],
  ])('fails for %j with %j', async (user, password) => {
    await expect(factory().open({ user, password })).rejects.toMatchObject({ kind: 'auth' });
    expect(await readdir(root)).toEqual([]);
  });

  it('opens nothing to who has neither the password nor a token', async () => {
    await expect(factory().open({ user: 'ada', isVouched: true })).rejects.toMatchObject({ kind: 'auth' });
    expect(await readdir(root)).toEqual([]);
  });

  it('is unavailable, and not refused, when the passwords cannot be read', async () => {
    const broken = new MaildirFactory({ path: () => root, passwords: passwordFile(join(root, 'missing')) });
    await expect(broken.open({ user: 'ada', password: 'x' })).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('local delivery', () => {
  const submitter = (): LocalSubmitter =>
    new LocalSubmitter({
      maildir: (address) =>
        /^(ada|bob)@example\.org$/.test(address) ? join(root, address.split('@')[0]!) : null,
    });
  const message = sampleMail('to all');
  const envelope = (...recipients: string[]) => ({ from: 'ada@example.org', recipients, utf8: false });
  const send = (...recipients: string[]): Promise<void> =>
    submitter().submit(envelope(...recipients), () => Readable.from([message]), message.length);

  it('brings the mail to every recipient once', async () => {
    await send('ada@example.org', 'bob@example.org', 'bob@example.org');
    for (const user of ['ada', 'bob']) {
      const [name, ...more] = await readdir(join(root, user, 'new'));
      expect(more).toEqual([]);
      const stored = await readFile(join(root, user, 'new', name!), 'latin1');
      expect(stored).toBe(`Return-Path: <ada@example.org>\r\n${message.toString('latin1')}`);
      expect(await readdir(join(root, user, 'tmp'))).toEqual([]);
    }
    const backend = await factory().open({ user: 'bob', password: 'right' });
    const replica = new Replica(backend, 'INBOX');
    await replica.sync();
    expect(replica.ids).toHaveLength(1);
  });

  it('brings it to nobody if one recipient is not from here, or the message breaks off', async () => {
    const refused = { kind: 'invalid', reason: 'recipient-refused' };
    await expect(send('ada@example.org', 'eve@example.net')).rejects.toMatchObject(refused);
    await expect(send()).rejects.toMatchObject(refused);
    expect(await readdir(root)).toEqual([]);
    const breaking = (): Readable =>
      Readable.from(
        (async function* () {
          yield message.subarray(0, 20);
          throw new Error('gone');
        })(),
      );
    await expect(submitter().submit(envelope('bob@example.org'), breaking, message.length)).rejects.toThrow(
      'gone',
    );
    expect(await readdir(join(root, 'bob', 'new'))).toEqual([]);
    expect(await readdir(join(root, 'bob', 'tmp'))).toEqual([]);
  });
});
