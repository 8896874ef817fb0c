/**
 * A cluster whose mail server tells what changed. Phones wait at one gateway, notices come to the other; nothing of an account
 * is open meanwhile. And of the requests of one phone only the newest waits, whichever gateway it came to.
 */
import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Collection, Phone } from '#phone';
import {
  luaSettings,
  oxSettings,
  startDovecot,
  startSmtpSink,
  waitUntil,
  type Dovecot,
  type SmtpSink,
} from './servers/index.js';
import { newUser, some } from './stage/accounts.js';
import { letter } from './stage/corpus.js';
import { startCluster, type Cluster } from './stage/deployment.js';
import { untilHeld } from './stage/held.js';
import { flagMail, withMailProgram } from './stage/mail-program.js';
import { folderNamed, newPhone, readyPhone, twinOf } from './stage/phones.js';

const PASSWORD = 'apasswordofdovecot';
const SECRET = 'known to the hoster and to Godwit';
const TENANT = 'default';
/** Whose Dovecot tells of everything. */
const SCRIPTED = 'scripted.test';

let dovecot: Dovecot;
let sink: SmtpSink;
let godwit: Cluster;

/** The deployment as somebody sees it who always comes to the same gateway. */
const at = (index: number): Cluster => ({ ...godwit, url: godwit.gateways[index]!.url });

const target = (tenant: string) => ({
  url: `${godwit.gateways[1]!.url}/push/dovecot/${tenant}`,
  user: 'dovecot',
  password: PASSWORD,
});

beforeAll(async () => {
  [dovecot, sink] = await Promise.all([startDovecot(), startSmtpSink()]);
  const { host, port } = dovecot;
  const mail = { kind: 'imap', host, port, tls: 'none', idleSeconds: 1 };
  const push = { secret: SECRET, dovecot: { password: PASSWORD }, recheckSeconds: 3600 };
  godwit = await startCluster({
    dovecot,
    sink,
    more: {
      tenants: [
        { domains: [SCRIPTED], mail, push: { ...push, dovecot: { password: PASSWORD, driver: 'lua' } } },
        { domains: ['*'], mail, push },
      ],
    },
  });
  await dovecot.reconfigure(oxSettings(target(TENANT)));
});

afterAll(async () => {
  await godwit?.stop();
  await Promise.all([dovecot?.stop(), sink?.stop()]);
});

/** A Ping of this phone through this gateway, once it is held. */
async function held(
  phone: Phone,
  folder: Collection,
  count = 1,
): Promise<{ answer: ReturnType<Phone['ping']> }> {
  const answer = phone.ping({ interval: 500, folders: [folder] });
  await untilHeld(godwit, count);
  return { answer };
}

/** Until nobody has a connection to the mail server. */
const untilNobodyIsConnected = (): Promise<void> =>
  waitUntil('all connections to Dovecot to end', () => dovecot.connections() === 0);

/** The same phone, coming to another gateway. */
function elsewhere(phone: Phone, folder: Collection, index: number): { phone: Phone; folder: Collection } {
  const { twin, collection } = twinOf(at(index), phone, folder, folder.key);
  return { phone: twin, folder: collection };
}

/** Resolves to the HTTP status of a signed notice sent to the second gateway. */
async function notice(value: object, secret = SECRET): Promise<number> {
  const body = JSON.stringify(value);
  const seconds = String(Math.floor(Date.now() / 1000));
  const digest = createHmac('sha256', secret).update(`msg_1.${seconds}.${body}`).digest('base64');
  const { status } = await fetch(`${godwit.gateways[1]!.url}/push/changes/${TENANT}`, {
    method: 'POST',
    headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': seconds, 'webhook-signature': `v1,${digest}` },
    body,
  });
  return status;
}

describe('a phone that waits', () => {
  it('hears of a mail that Dovecot tells another gateway of; no connection was open for it', async () => {
    const user = newUser(dovecot, some(3));
    const { phone, inbox } = await readyPhone(at(0), user);
    const waiting = await held(phone, inbox);
    await waitUntil('the mailbox to want notices', () =>
      existsSync(join(dovecot.directory, 'users', user, 'dovecot-attributes')),
    );
    await untilNobodyIsConnected();
    await dovecot.deliver(user, letter('Told of'));
    expect(await waiting.answer).toMatchObject({ kind: 'answered', status: 2, folders: [inbox.id] });
    expect((await inbox.sync()).added).toHaveLength(1);
  });

  it('is woken by signed notices of what it waits for, by no others, and by nobody else', async () => {
    const user = newUser(dovecot, some(3));
    const { phone, inbox } = await readyPhone(at(0), user);
    const tablet = newPhone(at(0), user);
    await tablet.provision();
    await tablet.folderSync();
    const archive = folderNamed(tablet, 'Archive');
    await archive.syncAll();
    const waiting = await held(phone, inbox);
    const other = await held(tablet, archive, 2);
    await untilNobodyIsConnected();
    // Nobody tells of mails that are put there behind Dovecot's back.
    dovecot.seed(user, some(1));
    dovecot.seed(user, some(1), 'Archive');
    expect(await notice({ user }, 'what somebody else made up')).toBe(401);
    expect(await notice({ user, folders: ['Archive'] })).toBe(204);
    expect(await other.answer).toMatchObject({ status: 2, folders: [archive.id] });
    await untilHeld(godwit, 1);
    expect(
      await notice([{ user: 'somebody@else.test' }, { user: user.toUpperCase(), folders: ['inbox'] }]),
    ).toBe(204);
    expect(await waiting.answer).toMatchObject({ status: 2, folders: [inbox.id] });
  });

  it('hears of everything from a script of Dovecot: a flag, a mail in a folder with a name of its own', async () => {
    await dovecot.reconfigure(luaSettings(target(SCRIPTED), dovecot.directory));
    const user = `ada@${SCRIPTED}`;
    await withMailProgram(dovecot, user, (client) => client.mailboxCreate('Zoë & Söhne'));
    await dovecot.deliver(user, letter('To be read'));
    const { phone, inbox } = await readyPhone(at(0), user);
    const reading = await held(phone, inbox);
    await untilNobodyIsConnected();
    await flagMail(dovecot, user, 'To be read', '+\\Seen');
    expect(await reading.answer).toMatchObject({ status: 2, folders: [inbox.id] });
    const folder = folderNamed(phone, 'Zoë & Söhne');
    await folder.syncAll();
    const filing = await held(phone, folder);
    await untilNobodyIsConnected();
    await withMailProgram(dovecot, user, (client) => client.append('Zoë & Söhne', letter('Filed')));
    expect(await filing.answer).toMatchObject({ status: 2, folders: [folder.id] });
  });

  it('is watched where the server cannot be asked to tell', async () => {
    // It has no METADATA any more, and tells another tenant.
    const user = newUser(dovecot, some(1));
    const { phone, inbox } = await readyPhone(at(0), user);
    const waiting = await held(phone, inbox);
    await dovecot.deliver(user, letter('Watched'));
    expect(await waiting.answer).toMatchObject({ status: 2, folders: [inbox.id] });
    expect(godwit.gateways[0]!.output()).toContain('"event":"push.unsupported"');
  });
});

describe('of the requests of one phone', () => {
  it('a newer Ping and a newer Sync end the Ping that another gateway holds', async () => {
    const { phone, inbox } = await readyPhone(at(0), newUser(dovecot, some(1)));
    const older = await held(phone, inbox);
    const there = elsewhere(phone, inbox, 1);
    const newer = there.phone.ping({ interval: 500, folders: [there.folder] });
    expect(await older.answer).toMatchObject({ kind: 'answered', status: 1, folders: [] });
    await untilHeld(godwit, 1);
    await inbox.sync();
    expect(await newer).toMatchObject({ kind: 'answered', status: 1, folders: [] });
  });

  it('exactly one waits, though they come to both gateways at once', async () => {
    const { phone, inbox } = await readyPhone(at(0), newUser(dovecot, some(1)));
    const there = elsewhere(phone, inbox, 1);
    for (let round = 0; round < 5; round++) {
      const pings = [
        phone.ping({ interval: 500, folders: [inbox] }),
        there.phone.ping({ interval: 500, folders: [there.folder] }),
      ];
      const first = await Promise.race(pings.map(async (ping, index) => ({ index, ended: await ping })));
      expect(first.ended).toMatchObject({ kind: 'answered', status: 1 });
      await untilHeld(godwit, 1);
      await inbox.sync();
      expect(await pings[1 - first.index]).toMatchObject({ kind: 'answered', status: 1 });
    }
  });
});
