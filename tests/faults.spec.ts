/**
 * What goes wrong between a phone and its mail, and what must not come of it: nothing lost, nothing doubled, no answer
 * that a phone would take for its own fault. Every test ends with the phone having exactly what the mail server has. What
 * kills, freezes and cuts off processes under load stands in tests/faults.
 */
import { UnexpectedAnswer, type Collection, type Phone } from '#phone';
import { FolderType } from '#eas';
import {
  startDovecot,
  startSmtpSink,
  waitUntil,
  type Dovecot,
  type GodwitProcess,
  type SmtpSink,
} from './servers/index.js';
import { newUser as newAccount, some } from './stage/accounts.js';
import { letter, sample } from './stage/corpus.js';
import { startCluster, startStandalone, type Deployment } from './stage/deployment.js';
import { garbage, post } from './stage/garbage.js';
import { untilHeld } from './stage/held.js';
import { listFolder } from './stage/mail-program.js';
import { residentMiB } from './stage/memory.js';
import {
  anomaliesOf,
  isPassing,
  mailOn,
  newPhone,
  onPhone,
  onServer,
  readyPhone,
  syncThrough,
  twinOf,
} from './stage/phones.js';
import { takeViolations } from './stage/traffic.js';

// Trouble excuses no malformed answer.
afterEach(() => expect(takeViolations()).toEqual([]));

const WINDOW = 20;
const MAILS = 240;

let dovecot: Dovecot;
let sink: SmtpSink;

beforeAll(async () => {
  [dovecot, sink] = await Promise.all([startDovecot(), startSmtpSink()]);
});

afterAll(async () => {
  await Promise.all([dovecot.stop(), sink.stop()]);
});

const newUser = (count = 0): string => newAccount(dovecot, some(count));

/** A phone with a policy and folders, and an Inbox it has not begun to load. */
async function freshPhone(godwit: Deployment, user: string): Promise<{ phone: Phone; inbox: Collection }> {
  const phone = newPhone(godwit, user);
  await phone.provision();
  await phone.folderSync();
  return { phone, inbox: phone.inbox() };
}

/** Nothing lost, nothing doubled, and not by beginning anew. */
async function expectExactly(phone: Phone, user: string, collection: Collection, folder = 'INBOX') {
  expect(onPhone(collection)).toEqual(await onServer(dovecot, user, folder));
  expect(anomaliesOf(phone)).toEqual([]);
  expect(collection.resets).toBe(0);
}

/** A Sync in the middle of an outage: told as one, and never anything else. */
async function expectOutage(collection: Collection): Promise<void> {
  try {
    expect(await collection.sync({ window: WINDOW })).toMatchObject({ status: 5 });
  } catch (error) {
    if (!isPassing(error)) throw error;
  }
}

/** Loads the Inbox; after each of the first pages one thing goes wrong, while the next page is under way. */
async function loadThrough(inbox: Collection, disasters: readonly (() => Promise<void>)[]): Promise<number> {
  const due = [...disasters];
  let disaster: Promise<void> | undefined;
  const failures = await syncThrough(inbox, { window: WINDOW }, async () => {
    await disaster;
    disaster = due.shift()?.();
  });
  await disaster;
  expect(due).toEqual([]);
  return failures;
}

const crash = (process: GodwitProcess) => async (): Promise<void> => {
  await process.kill();
  await process.start();
};

/** What a process says of parts of it that it could not close. */
const failuresIn = (output: string): string[] =>
  output.split('\n').filter((line) => /"event":"process\.(close-failed|failed)"/.test(line));

/** Waiting phones are answered, the processes end with 0, and those started again know everything. */
async function endsInGoodOrder(godwit: Deployment): Promise<void> {
  const user = newUser(3);
  const { phone, inbox } = await readyPhone(godwit, user);
  const other = await readyPhone(godwit, user);
  const pings = [
    phone.ping({ interval: 500, folders: [inbox] }),
    other.phone.ping({ interval: 500, folders: [other.inbox] }),
  ];
  await untilHeld(godwit, pings.length);
  const said = godwit.gateways.map((gateway) => gateway.output().length);
  const codes = Promise.all(godwit.gateways.map((gateway) => gateway.stop()));
  for (const ping of pings) expect(await ping).toMatchObject({ kind: 'answered', status: 1 });
  const ends = await codes;
  const failures = godwit.gateways.flatMap((gateway, index) =>
    failuresIn(gateway.output().slice(said[index])),
  );
  // First of all, so that what follows, and another attempt at this, finds them running.
  await Promise.all(godwit.gateways.map((gateway) => gateway.start()));
  expect({ ends, failures }).toEqual({ ends: godwit.gateways.map(() => 0), failures: [] });
  await dovecot.deliver(user, letter('For the new process'));
  expect(await inbox.sync()).toMatchObject({ added: [expect.any(String)] });
  await expectExactly(phone, user, inbox);
}

/** Faults that are the same whatever the shape. */
function phoneFaults(deployment: () => Deployment): void {
  describe('the phone hangs up', () => {
    it('in the middle of answers: it asks again with the same key and gets the same', async () => {
      const user = newUser(120);
      const { phone, inbox } = await freshPhone(deployment(), user);
      await inbox.prime();
      for (const dropAnswer of [true, 1, 2_000, 4_000] as const) {
        expect(await inbox.sync({ window: WINDOW, dropAnswer })).toMatchObject({ isLost: true });
        const before = inbox.key;
        const again = await inbox.retry({ dropAnswer: false });
        expect(again.added).toHaveLength(WINDOW);
        const { collection } = twinOf(deployment(), phone, inbox, before);
        const third = await collection.sync({ window: WINDOW });
        expect(third).toMatchObject({ key: again.key, added: again.added });
      }
      await inbox.syncAll({ window: WINDOW });
      await expectExactly(phone, user, inbox);
    });

    it('on its own changes: they are made once', async () => {
      const user = newUser(10);
      const { phone, inbox } = await readyPhone(deployment(), user);
      const trash = phone.collection(phone.hierarchy.ofType(FolderType.deletedItems)?.id ?? '');
      await trash.syncAll();
      const commands = [
        {
          Change: {
            ServerId: mailOn(inbox, sample(1).subject),
            ApplicationData: { Email: { Read: true, Flag: { Status: 2, FlagType: 'Follow up' } } },
          },
        },
        { Delete: { ServerId: mailOn(inbox, sample(2).subject) } },
      ];
      expect(await inbox.sync({ commands, dropAnswer: true })).toMatchObject({ isLost: true });
      expect(await inbox.retry({ dropAnswer: false })).toMatchObject({ status: 1, responses: [] });
      await inbox.syncAll();
      await trash.syncAll();
      expect(await listFolder(dovecot, user, 'Trash')).toHaveLength(1);
      await expectExactly(phone, user, inbox);
      await expectExactly(phone, user, trash, 'Trash');
    });

    it('on a mail it sends: it is sent once', async () => {
      const user = newUser();
      const { phone } = await readyPhone(deployment(), user);
      const mail = letter(`Sent into the dark by ${user}`).replace(/^To:.*\r\n/m, 'To: bert@example.org\r\n');
      const sent = () => sink.messages.filter(({ source }) => source.includes(`dark by ${user}`));
      const first = phone.sendMail(mail, { clientId: 'dark', dropAnswer: true });
      expect(await first).toMatchObject({ isLost: true });
      await waitUntil('the mail to be known as sent', async () => {
        const { status } = await phone.sendMail(mail, { clientId: 'dark' });
        // 111: it is just being sent.
        expect([111, 118]).toContain(status);
        return status === 118;
      });
      expect(sent()).toHaveLength(1);
      expect(await listFolder(dovecot, user, 'Sent')).toHaveLength(1);
    });

    it('on a move: asked again it is told where the mail is', async () => {
      const user = newUser(4);
      const { phone, inbox } = await readyPhone(deployment(), user);
      const archive = phone.collection(phone.hierarchy.named('Archive')?.id ?? '');
      await archive.syncAll();
      const move = { serverId: mailOn(inbox, sample(1).subject), from: inbox, to: archive };
      await phone.moveItems([move], { dropAnswer: true });
      expect(await phone.moveItems([move])).toMatchObject([{ status: 3 }]);
      await inbox.syncAll();
      await archive.syncAll();
      await expectExactly(phone, user, inbox);
      await expectExactly(phone, user, archive, 'Archive');
    });
  });

  it('told to stop, Godwit answers waiting phones "no change" and ends in good order', () =>
    endsInGoodOrder(deployment()));
}

/** Faults of the mail server, and of what phones send; they meet the same code in both shapes. */
function serverFaults(deployment: () => Deployment): void {
  describe('the mail server', () => {
    it('freezes, and thaws', async () => {
      const user = newUser(60);
      const { phone, inbox } = await freshPhone(deployment(), user);
      await inbox.sync({ window: WINDOW });
      dovecot.pause();
      try {
        await expectOutage(inbox);
      } finally {
        dovecot.resume();
      }
      await syncThrough(inbox, { window: WINDOW });
      await expectExactly(phone, user, inbox);
    });

    it('is gone for a while: nobody is told that a password is wrong, and a held Ping outlives it', async () => {
      const user = newUser(60);
      const { phone, inbox } = await freshPhone(deployment(), user);
      const watched = newUser(3);
      const patient = await readyPhone(deployment(), watched);
      await inbox.sync({ window: WINDOW });
      const waiting = patient.phone.ping({ interval: 500, folders: [patient.inbox] });
      await untilHeld(deployment(), 1);
      await dovecot.kill();
      try {
        await expectOutage(inbox);
        const { http, headers } = await newPhone(deployment(), newUser()).options();
        expect({ http, retryAfter: Number(headers['retry-after']) > 0 }).toEqual({
          http: 503,
          retryAfter: true,
        });
      } finally {
        await dovecot.start();
      }
      await syncThrough(inbox, { window: WINDOW });
      await expectExactly(phone, user, inbox);
      await dovecot.deliver(watched, letter('After the outage'));
      expect(await waiting).toMatchObject({ status: 2, folders: [patient.inbox.id] });
      await syncThrough(patient.inbox);
      await expectExactly(patient.phone, watched, patient.inbox);
    });

    it('refuses the password from now on: the phone hears of it', async () => {
      const user = newUser(3);
      const { inbox } = await readyPhone(deployment(), user);
      dovecot.refuse(user);
      const isRefused = () =>
        listFolder(dovecot, user).then(
          () => false,
          () => true,
        );
      await waitUntil('Dovecot to know', isRefused);
      dovecot.kick();
      await waitUntil('the phone to be asked for its password', async () => {
        const outcome = await inbox.sync().catch((error: unknown) => error);
        if (outcome instanceof UnexpectedAnswer) {
          expect([401, 503]).toContain(outcome.outcome.http);
          return outcome.outcome.http === 401;
        }
        return false;
      });
      dovecot.allow(user);
    });
  });

  it('nonsense for a request is refused; the process stays up and small', async () => {
    const godwit = deployment();
    const user = newUser(3);
    const { phone, inbox } = await readyPhone(godwit, user);
    const before = godwit.gateways.map(({ pid }) => residentMiB(pid));
    for (let round = 0; round < 5; round++) {
      for (const { name, command, body, answers } of garbage()) {
        const answer = await post(phone, command, body);
        expect({ name, isRight: answers.includes(answer), answer }).toMatchObject({ name, isRight: true });
      }
    }
    godwit.gateways.forEach(({ pid }, index) => {
      expect(residentMiB(pid)).toBeLessThan((before[index] ?? 0) + 100);
    });
    await inbox.sync();
    await expectExactly(phone, user, inbox);
  });
}

/** Whatever went wrong, nothing of it was new to Godwit. */
function noBugs(deployment: () => Deployment): void {
  it('none of it was a bug to Godwit', () => {
    for (const process of new Set([...deployment().gateways, ...deployment().hosts])) {
      const bugs = process
        .output()
        .split('\n')
        .filter((line) => line.includes('"event":"bug"'));
      expect(bugs).toEqual([]);
    }
  });
}

describe('standalone', () => {
  let godwit: Deployment;

  beforeAll(async () => {
    godwit = await startStandalone({ dovecot, sink });
  });

  afterAll(() => godwit.stop());

  phoneFaults(() => godwit);

  it('killed in the middle of the first Sync, twice, it goes on where it was', async () => {
    const user = newUser(MAILS);
    const { phone, inbox } = await freshPhone(godwit, user);
    const [process] = godwit.gateways as [GodwitProcess];
    expect(await loadThrough(inbox, [crash(process), crash(process)])).toBeGreaterThan(0);
    await expectExactly(phone, user, inbox);
  });

  noBugs(() => godwit);
});

describe('cluster', () => {
  let godwit: Deployment;

  beforeAll(async () => {
    godwit = await startCluster({ dovecot, sink });
  });

  afterAll(() => godwit.stop());

  phoneFaults(() => godwit);
  serverFaults(() => godwit);

  noBugs(() => godwit);
});
