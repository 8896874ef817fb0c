import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { OofMessage, OutOfOfficeState } from '#backend';
import { startDovecot, startSmtpSink, type Dovecot, type SmtpSink } from '../../../tests/servers/index.js';
import { SieveClient } from './client.js';
import type { ManageSieveConfig } from './config.js';
import { ManageSieveFactory } from './index.js';

let dovecot: Dovecot;
let bare: Dovecot;
let sink: SmtpSink;
let users = 0;
beforeAll(async () => {
  sink = await startSmtpSink();
  const submission = `submission_host = 127.0.0.1:${sink.port}\n`;
  [dovecot, bare] = await Promise.all([
    startDovecot({ sieve: true, tls: true, settings: submission, masterUser: 'master' }),
    startDovecot({
      sieve: true,
      settings: `${submission}plugin {\n  sieve_extensions = -include -date -relational\n}\n`,
    }),
  ]);
});
afterAll(() => Promise.all([dovecot.stop(), bare.stop(), sink.stop()]));

/** A user nobody used before. */
const newUser = () => `ada${++users}@example.org`;

function config(server: Dovecot, more: Partial<ManageSieveConfig> = {}): ManageSieveConfig {
  return { host: '127.0.0.1', port: server.sievePort ?? 0, tls: 'none', ...more };
}

function repliesOf(user: string, server = dovecot, more: Partial<ManageSieveConfig> = {}) {
  return new ManageSieveFactory(config(server, more)).outOfOfficeFor(
    { user, password: 'secret' },
    { domain: 'example.org', addresses: async () => [user, `alias-${user}`] },
  );
}

async function talk<T>(
  user: string,
  work: (client: SieveClient) => Promise<T>,
  server = dovecot,
): Promise<T> {
  const client = await SieveClient.open(config(server), { user, password: 'secret' });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

const reply = (text: string, more: Partial<OofMessage> = {}): OofMessage => ({
  enabled: true,
  reply: text,
  bodyType: 'text',
  ...more,
});

/** Delivers a mail; what was sent in answer to it until the next mail's. */
async function write(user: string, from: string, server = dovecot): Promise<string[]> {
  const before = sink.messages.length;
  const mail = (to: string) =>
    `From: ${from}\r\nTo: ${to}\r\nSubject: Hello\r\nMessage-ID: <${users}.${Math.random()}@example.test>\r\n\r\nHi\r\n`;
  await server.deliver(user, mail(user));
  return sink.messages.slice(before).map(({ source }) => source.toString());
}

describe('out of office over ManageSieve', () => {
  it('gives back exactly what was set, disabled texts and empty lines included', async () => {
    const user = newUser();
    const replies = repliesOf(user);
    expect(await replies.get()).toEqual({ state: 'disabled', messages: {} });
    const state: OutOfOfficeState = {
      state: 'timed',
      start: new Date('2030-01-01T08:00:00.000Z'),
      end: new Date('2030-01-10T17:30:00.000Z'),
      messages: {
        internal: reply('Grüße "an" alle\r\n.\r\n..\\${x}\n\n.'),
        externalKnown: reply('<p>Weg &amp; fort</p>', { bodyType: 'html' }),
        externalUnknown: reply('not for now', { enabled: false }),
      },
    };
    await replies.set(state);
    expect(await replies.get()).toEqual(state);
    await replies.set({ state: 'disabled', messages: {} });
    expect(await replies.get()).toEqual({ state: 'disabled', messages: state.messages });
    expect(await talk(user, (client) => client.listScripts())).toEqual([
      { name: 'godwit-out-of-office', active: false },
    ]);
  });

  it('keeps what audiences have that are not sent (trap 103)', async () => {
    const replies = repliesOf(newUser());
    await replies.set({
      state: 'global',
      messages: { internal: reply('in'), externalUnknown: reply('out') },
    });
    await replies.set({ state: 'global', messages: { internal: reply('changed') } });
    expect((await replies.get()).messages).toEqual({
      internal: reply('changed'),
      externalUnknown: reply('out'),
    });
  });

  it.each([
    ['including ours', () => dovecot],
    ['as a block in it, where the server has no include', () => bare],
  ])("leaves the user's active script as it was, byte for byte, %s", async (_how, serverOf) => {
    const server = serverOf();
    const user = newUser();
    const script =
      '# my rules \xe4\xf6\r\nrequire ["fileinto", "mailbox", "variables"]; # all of them\nset "x" "y";\n' +
      'if header :contains "subject" "${x}" { fileinto :create "Lists"; stop; }\n# no end of line';
    await talk(
      user,
      async (client) => {
        await client.putScript('webmail', script);
        await client.setActive('webmail');
      },
      server,
    );
    const replies = repliesOf(user, server);
    const text = 'costs ${y} and ${hex:41}';
    await replies.set({ state: 'global', messages: { internal: reply('in'), externalUnknown: reply(text) } });
    expect((await replies.get()).state).toBe('global');
    const [answer] = await write(user, 'sender@example.test', server);
    expect(answer).toContain(text);
    await replies.set({ state: 'disabled', messages: {} });
    expect(await replies.get()).toMatchObject({
      state: 'disabled',
      messages: { externalUnknown: { reply: text } },
    });
    await talk(
      user,
      async (client) => {
        expect(await client.getScript('webmail')).toBe(script);
        expect((await client.listScripts()).find(({ active }) => active)?.name).toBe('webmail');
      },
      server,
    );
    expect(await write(user, 'sender@example.test', server)).toEqual([]);
  });

  it('answers strangers and colleagues each with their text, and nobody who has none', async () => {
    const user = newUser();
    const replies = repliesOf(user);
    const external = { externalUnknown: reply('for strangers'), externalKnown: reply('for friends') };
    await replies.set({ state: 'global', messages: { internal: reply('for colleagues'), ...external } });
    expect(await write(user, 'Bob <bob@EXAMPLE.org>')).toEqual([expect.stringContaining('for colleagues')]);
    const other = newUser();
    await repliesOf(other).set({ state: 'global', messages: { internal: reply('x'), ...external } });
    expect(await write(other, 'sender@example.test')).toEqual([expect.stringContaining('for strangers')]);
    const third = newUser();
    // What is meant for contacts is not told to everybody: a script cannot tell who is one.
    await repliesOf(third).set({ state: 'global', messages: { externalKnown: reply('for friends') } });
    expect(await write(third, 'sender@example.test')).toEqual([]);
  });

  it('sends HTML with its plain text, whatever it contains', async () => {
    const user = newUser();
    const html = '<p>Bin <b>weg</b></p>\r\n.\r\n";stop;\r\n--x\r\nFrom: evil@example.test';
    await repliesOf(user).set({
      state: 'global',
      messages: { externalUnknown: reply(html, { bodyType: 'html' }) },
    });
    const [answer = ''] = await write(user, 'sender@example.test');
    expect(answer).toMatch(/^Content-Type: multipart\/alternative; boundary="godwit-/m);
    expect(answer).toContain(Buffer.from(html).toString('base64').slice(0, 60));
    expect(answer).not.toContain('From: evil');
  });

  it('answers between the times only', async () => {
    const day = 86_400_000;
    const periods: readonly [number, number, number][] = [
      [-day, day, 1],
      [-2 * day, -1000, 0],
      [60_000, day, 0],
      [-1000, 60_000, 1],
    ];
    for (const [from, to, count] of periods) {
      const user = newUser();
      const now = Date.now();
      await repliesOf(user).set({
        state: 'timed',
        start: new Date(now + from),
        end: new Date(now + to),
        messages: { externalUnknown: reply('away') },
      });
      expect(await write(user, 'sender@example.test')).toHaveLength(count);
    }
  });

  it('refuses times where the server cannot tell the time, and changes nothing', async () => {
    const replies = repliesOf(newUser(), bare);
    await replies.set({ state: 'global', messages: { internal: reply('in') } });
    const before = await replies.get();
    const timed = { state: 'timed', start: new Date(0), end: new Date(1), messages: {} } as const;
    await expect(replies.set(timed)).rejects.toMatchObject({ kind: 'unsupported' });
    expect(await replies.get()).toEqual(before);
  });

  it("tells of the user's own vacation rule, and neither doubles it nor claims to end it", async () => {
    const user = newUser();
    const rule =
      'require ["vacation"];\r\nif true { vacation :days 2 :subject "x" "Bin im Urlaub; ä\\"}"; }\r\n';
    await talk(user, async (client) => {
      await client.putScript('roundcube', Buffer.from(rule).toString('latin1'));
      await client.setActive('roundcube');
    });
    const replies = repliesOf(user);
    const message = reply('Bin im Urlaub; ä"}');
    const messages = { internal: message, externalKnown: message, externalUnknown: message };
    expect(await replies.get()).toEqual({ state: 'global', messages });
    for (const state of ['global', 'disabled'] as const) {
      await expect(replies.set({ state, messages: {} })).rejects.toMatchObject({ kind: 'conflict' });
    }
    await talk(user, (client) =>
      client.putScript(
        'roundcube',
        Buffer.from(rule.replace('if true', 'if false # true\r\n')).toString('latin1'),
      ),
    );
    expect(await replies.get()).toEqual({ state: 'disabled', messages: {} });
    await replies.set({ state: 'global', messages: { externalUnknown: reply('mine') } });
    expect(await write(user, 'sender@example.test')).toEqual([expect.stringContaining('mine')]);
  });

  it('two phones that set at once both have their say', async () => {
    const replies = repliesOf(newUser());
    await Promise.all([
      replies.set({ state: 'global', messages: { internal: reply('a') } }),
      replies.set({ state: 'global', messages: { externalKnown: reply('b') } }),
    ]);
    expect((await replies.get()).messages).toEqual({ internal: reply('a'), externalKnown: reply('b') });
  });
});

describe('the conversation', () => {
  it('tells a wrong password apart from a server that is down', async () => {
    const wrong = new ManageSieveFactory(config(dovecot)).outOfOfficeFor(
      { user: newUser(), password: 'wrong' },
      { domain: 'example.org', addresses: async () => [] },
    );
    await expect(wrong.get()).rejects.toMatchObject({ kind: 'auth' });
    await expect(repliesOf(newUser(), dovecot, { port: 1 }).get()).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });

  it.each(['separator', 'authzid'] as const)(
    'a master user sets the replies of who was judged, told by %s, and of nobody else',
    async (how) => {
      const masterUser = { user: 'master', password: `master-${dovecot.password}`, how, separator: '*' };
      const user = newUser();
      const repliesBy = (more: Partial<ManageSieveConfig>, name = user) =>
        new ManageSieveFactory(config(dovecot, more)).outOfOfficeFor(
          { user: name, isVouched: true },
          { domain: 'example.org', addresses: async () => [name] },
        );
      await repliesBy({ masterUser }).set({ state: 'global', messages: { internal: reply('Away.') } });
      expect((await repliesOf(user).get()).messages.internal).toMatchObject({ reply: 'Away.' });
      await expect(
        repliesBy({ masterUser: { ...masterUser, password: 'wrong' } }).get(),
      ).rejects.toMatchObject({ kind: 'unavailable', reason: 'master-refused' });
      await expect(repliesBy({ masterUser }, `${user}*master`).get()).rejects.toMatchObject({ kind: 'auth' });
      await expect(repliesBy({}).get()).rejects.toMatchObject({ reason: 'no-password' });
    },
  );

  it('insists on STARTTLS and trusts only who it was told to', async () => {
    const ca = readFileSync(join(dovecot.directory, 'tls.pem'), 'utf8');
    const user = newUser();
    await expect(repliesOf(user, dovecot, { tls: 'starttls' }).get()).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(await repliesOf(user, dovecot, { tls: 'starttls', ca }).get()).toMatchObject({
      state: 'disabled',
    });
    expect(await repliesOf(user, dovecot, { tls: 'starttls', verifyCertificate: false }).get()).toBeDefined();
    await expect(repliesOf(user, bare, { tls: 'starttls' }).get()).rejects.toMatchObject({
      reason: 'no-starttls',
    });
  });

  it('a server that hangs costs one timeout, and nothing while it rests', async () => {
    let connections = 0;
    const silent: Server = createServer(() => connections++);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const factory = new ManageSieveFactory({ host: '127.0.0.1', port, tls: 'none', timeout: 200 });
    const account = { domain: 'example.org', addresses: async () => [] };
    const ask = (user: string) => factory.outOfOfficeFor({ user, password: 'x' }, account).get();
    await expect(ask('a')).rejects.toMatchObject({ kind: 'unavailable', reason: 'timeout' });
    const begun = performance.now();
    for (const user of ['a', 'b', 'c'])
      await expect(ask(user)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(performance.now() - begun).toBeLessThan(100);
    expect(connections).toBe(1);
    await new Promise((resolve) => silent.close(resolve));
  });
});
