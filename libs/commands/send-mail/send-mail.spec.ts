import { BackendError } from '#backend';
import { eventually } from '#backend/contract';
import { TestServer } from '../testing/index.js';
import { signed } from '../testing/smart-mails.js';

let server: TestServer;
beforeEach(() => {
  server = new TestServer();
  server.mailbox.createFolder('Sent', 'sent');
});
afterEach(() => server.close());

const mail = (...more: string[]) =>
  Buffer.from(
    ['From: ada@example.org', 'To: bob@example.org', 'Subject: hello', ...more, '', 'Body', ''].join('\r\n'),
  );
const sentFolder = () =>
  server.mailbox.folder('Sent').changes({ folder: '', cursor: null, scope: { sinceDay: null }, limit: 9 })
    .changed;
const refused = (kind: 'invalid' | 'unavailable' | 'unsupported', reason?: string) =>
  new BackendError(kind, 'no', { ...(reason !== undefined && { reason }) });

describe('SendMail', () => {
  it('is answered by nothing at all, and kept in the sent items only if asked to (traps 72, 74)', async () => {
    const phone = server.handset();
    expect(await phone.call('SendMail', { ClientId: '1', Mime: mail() })).toEqual({ kind: 'empty' });
    expect(sentFolder()).toEqual([]);
    expect(await phone.call('SendMail', { ClientId: '2', Mime: mail(), SaveInSentItems: true })).toEqual({
      kind: 'empty',
    });
    expect(sentFolder().map(({ id }) => server.mailbox.folder('Sent').find(id)?.flags.seen)).toEqual([true]);
    expect(server.sent.map(({ envelope }) => envelope)).toEqual([
      { from: 'ada@example.org', recipients: ['bob@example.org'], utf8: false },
      { from: 'ada@example.org', recipients: ['bob@example.org'], utf8: false },
    ]);
  });

  it('completes what phones leave out, and takes Bcc away from the recipients only (traps 73, 77)', async () => {
    const text = 'To: bob@example.org\nBcc: Eve <eve@example.org>\nSubject: x\n\nbare line ends\n';
    await server
      .handset()
      .call('SendMail', { ClientId: '1', Mime: Buffer.from(text), SaveInSentItems: true });
    const [sent] = server.sent;
    expect(sent?.envelope.recipients).toEqual(['bob@example.org', 'eve@example.org']);
    expect(sent?.text).not.toContain('eve@');
    for (const line of [
      /^Date: /m,
      /^From: "Ada" <ada@example.org>\r$/m,
      /^Message-ID: </m,
      /^MIME-Version: 1.0/m,
    ]) {
      expect(sent?.text).toMatch(line);
    }
    expect(sent?.text.replaceAll('\r\n', '')).not.toContain('\n');
    const [kept] = sentFolder();
    const stored = Buffer.from(server.mailbox.folder('Sent').find(kept!.id)!.message).toString();
    expect(stored).toContain('Bcc: Eve <eve@example.org>');
  });

  it('is sent once, however often the phone asks: 118 (trap 72)', async () => {
    const phone = server.handset();
    await phone.call('SendMail', { ClientId: 'same', Mime: mail() });
    await expect(phone.call('SendMail', { ClientId: 'same', Mime: mail() })).rejects.toMatchObject({
      status: 118,
    });
    expect(server.sent).toHaveLength(1);
    // Another phone's numbers are its own.
    await server.handset({ deviceId: 'other' }).call('SendMail', { ClientId: 'same', Mime: mail() });
    expect(server.sent).toHaveLength(2);
  });

  it('is sent once also if the phone asks twice at the same time', async () => {
    const phone = server.handset();
    const ask = () => phone.call('SendMail', { ClientId: 'same', Mime: mail() });
    const answers = await Promise.allSettled([ask(), ask(), ask()]);
    expect(server.sent).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is not sent again because the store could not be told that it is out', async () => {
    const phone = server.handset();
    const settle = server.store.settle.bind(server.store);
    server.store.settle = async (device, key, result) => {
      if (JSON.stringify(result)?.includes('"sent"')) throw refused('unavailable');
      await settle(device, key, result);
    };
    const request = { ClientId: 'same', Mime: mail(), SaveInSentItems: true };
    expect(await phone.call('SendMail', request)).toEqual({ kind: 'empty' });
    expect(sentFolder()).toHaveLength(1);
    await expect(phone.call('SendMail', request)).rejects.toMatchObject({ status: 111 });
    expect(server.sent).toHaveLength(1);
  });

  it('that takes very long is not sent a second time meanwhile', async () => {
    jest.useFakeTimers({
      doNotFake: [
        'nextTick',
        'queueMicrotask',
        'setImmediate',
        'clearImmediate',
        'setTimeout',
        'clearTimeout',
        'hrtime',
        'performance',
      ],
    });
    try {
      let submissions = 0;
      let end = (): void => undefined;
      const submit = (): Promise<void> => {
        submissions++;
        return new Promise((resolve) => (end = resolve));
      };
      await server.close();
      server = new TestServer({ submitter: { kind: 'slow', submit, close: async () => undefined } });
      const phone = server.handset();
      const request = { ClientId: 'same', Mime: mail() };
      const first = phone.call('SendMail', request);
      await eventually(() => submissions === 1);
      for (let minute = 0; minute < 15; minute++) await jest.advanceTimersByTimeAsync(60_000);
      await expect(phone.call('SendMail', request)).rejects.toMatchObject({ status: 111 });
      end();
      expect(await first).toEqual({ kind: 'empty' });
      await expect(phone.call('SendMail', request)).rejects.toMatchObject({ status: 118 });
      expect(submissions).toBe(1);
    } finally {
      jest.useRealTimers();
    }
  });

  it.each([
    ['before a server was given it is sent', 'sending', [undefined, 118], 1],
    ['while a server was given it is not sent again: its user decides', 'submitting', [120, 118], 0],
  ])('whose process died %s', async (_when, state, statuses, sent) => {
    const phone = server.handset();
    const settle = server.store.settle.bind(server.store);
    const long = 3_600_000;
    server.store.settle = (device, key, result) =>
      settle(device, key, result === undefined ? result : { state, since: Date.now() - long });
    await phone.call('SendMail', { ClientId: 'same', Mime: mail() });
    server.store.settle = settle;
    const before = server.sent.length;
    const told: (number | undefined)[] = [];
    for (let attempt = 0; attempt < statuses.length; attempt++) {
      const failure: unknown = await phone
        .call('SendMail', { ClientId: 'same', Mime: mail() })
        .then(() => undefined)
        .catch((error: unknown) => error);
      told.push((failure as { status?: number } | undefined)?.status);
    }
    expect(told).toEqual(statuses);
    expect(server.sent.length - before).toBe(sent);
  });

  it('whose process died is sent once, though the phone asks for it several times at once', async () => {
    const phone = server.handset();
    const request = { ClientId: 'same', Mime: mail() };
    const settle = server.store.settle.bind(server.store);
    server.store.settle = (device, key, result) =>
      settle(device, key, result === undefined ? result : { state: 'sending', since: 0 });
    await phone.call('SendMail', request);
    server.store.settle = settle;
    const told = await Promise.all(
      Array.from({ length: 5 }, () =>
        phone.call('SendMail', request).catch(({ status }: { status: number }) => status),
      ),
    );
    expect(server.sent).toHaveLength(2);
    expect(told.filter((status) => status === 111 || status === 118)).toHaveLength(4);
  });

  it('tells long ClientIds apart to their end', async () => {
    const phone = server.handset();
    for (const end of ['a', 'b'])
      await phone.call('SendMail', { ClientId: 'x'.repeat(100) + end, Mime: mail() });
    expect(server.sent).toHaveLength(2);
  });

  it('up to 12.1 is the bare message; sent again it is not sent again, and the phone is content', async () => {
    const phone = server.handset({ version: 121 });
    const raw = mail('Message-ID: <1@phone>');
    const options = { raw, query: { saveInSent: true } };
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(await phone.call('SendMail', null, options)).toEqual({ kind: 'empty' });
    }
    expect(server.sent).toHaveLength(1);
    expect(sentFolder()).toHaveLength(1);
  });

  it('without a recipient is 119, without a mail 107, too large 122', async () => {
    const phone = server.handset();
    const send = (Mime: Buffer) => phone.call('SendMail', { ClientId: '1', Mime });
    await expect(send(Buffer.from('Subject: x\r\n\r\nBody'))).rejects.toMatchObject({ status: 119 });
    await expect(send(Buffer.alloc(300_000, 'x'))).rejects.toMatchObject({ status: 107 });
    server.limits = { ...server.limits, messageBytes: 100 };
    await expect(send(mail('X-Long: '.padEnd(200, 'x')))).rejects.toMatchObject({ status: 122 });
    expect(server.sent).toEqual([]);
  });

  it.each([
    ['unavailable', undefined, 111],
    ['unsupported', undefined, 130],
    ['invalid', 'recipient-refused', 116],
    ['invalid', 'too-big', 122],
    ['invalid', 'refused', 120],
  ] as const)(
    'that the server refuses (%s %s) is %i, and may be tried again',
    async (kind, reason, status) => {
      const phone = server.handset();
      server.submission = refused(kind, reason);
      const request = { ClientId: '1', Mime: mail(), SaveInSentItems: true };
      await expect(phone.call('SendMail', request)).rejects.toMatchObject({ status });
      expect(sentFolder()).toEqual([]);
      server.submission = null;
      expect(await phone.call('SendMail', request)).toEqual({ kind: 'empty' });
      expect(server.sent).toHaveLength(1);
    },
  );

  it('in doubt is not sent again by itself', async () => {
    const phone = server.handset();
    server.submission = refused('invalid', 'in-doubt');
    await expect(phone.call('SendMail', { ClientId: '1', Mime: mail() })).rejects.toMatchObject({
      status: 120,
    });
    server.submission = null;
    await expect(phone.call('SendMail', { ClientId: '1', Mime: mail() })).rejects.toMatchObject({
      status: 118,
    });
    expect(server.sent).toEqual([]);
  });

  it('succeeds also where the copy cannot be kept (trap 74)', async () => {
    server.fault = (operation) => (operation === 'append' ? refused('invalid', 'over-quota') : null);
    const request = { ClientId: '1', Mime: mail(), SaveInSentItems: true };
    expect(await server.handset().call('SendMail', request)).toEqual({ kind: 'empty' });
    expect(server.told).toContain('sent copy failed');
  });

  it('of a phone without a policy sends nothing', async () => {
    server.rule = 'required';
    await expect(server.handset().call('SendMail', { ClientId: '1', Mime: mail() })).rejects.toMatchObject({
      status: 142,
    });
    expect(server.sent).toEqual([]);
  });

  it('of more header than any mail has is 107', async () => {
    const text = `To: bob@example.org\r\n${'X-Y: z\r\n'.repeat(50_000)}\r\nBody`;
    await expect(
      server.handset().call('SendMail', { ClientId: '1', Mime: Buffer.from(text) }),
    ).rejects.toMatchObject({ status: 107 });
  });

  it('with a recipient that is no address is 116, not sent to the others', async () => {
    const Mime = Buffer.from('To: bob@example.org, <carol>\r\n\r\nx');
    await expect(server.handset().call('SendMail', { ClientId: '1', Mime })).rejects.toMatchObject({
      status: 116,
    });
    expect(server.sent).toEqual([]);
  });

  it('below 14.0 without Message-ID and with a Date is known by the whole of it', async () => {
    const phone = server.handset({ version: 120 });
    const raw = mail('Date: Sun, 22 Nov 2026 12:00:00 +0000');
    for (let attempt = 0; attempt < 2; attempt++) await phone.call('SendMail', null, { raw });
    expect(server.sent).toHaveLength(1);
    await phone.call('SendMail', null, { raw: mail() });
    await phone.call('SendMail', null, { raw: mail() });
    expect(server.sent).toHaveLength(3);
  });

  it('leaves no mail behind when the disk is full: 111', async () => {
    const full = new BackendError('unavailable', 'no space', { reason: 'spool-full' });
    server.submission = full;
    await expect(
      server.handset().call('SendMail', { ClientId: '1', Mime: mail(), SaveInSentItems: true }),
    ).rejects.toMatchObject({ status: 111 });
    expect(sentFolder()).toEqual([]);
  });
});

describe('the sender of a mail', () => {
  const send = async (header: string, more: object = {}) => {
    const Mime = Buffer.from(`${header}\r\nTo: bob@example.org\r\n\r\nx`);
    await server.handset().call('SendMail', { ClientId: String(Math.random()), Mime, ...more });
    const { text, envelope } = server.sent.at(-1)!;
    return { from: /^From: .*(?:\r\n .*)*/m.exec(text)?.[0].trimEnd(), envelope: envelope.from, text };
  };
  beforeEach(() => {
    server.identities = [
      { address: 'ada@example.org', displayName: 'Ada' },
      { address: 'sales@example.org', displayName: 'Sales' },
    ];
  });

  it('is one of the account, else its main address under the name given (trap 73)', async () => {
    expect(await send('From: ada@example.org')).toMatchObject({ from: 'From: ada@example.org' });
    expect(await send('From: "S" <Sales@Example.org>')).toMatchObject({
      from: 'From: "S" <Sales@Example.org>',
      envelope: 'sales@example.org',
    });
    expect(await send('From: "Bob B." <bob@example.net>')).toMatchObject({
      from: 'From: "Bob B." <ada@example.org>',
      envelope: 'ada@example.org',
    });
    expect(await send('From: "bob@example.net" <bob@example.net>')).toMatchObject({
      from: 'From: "Ada" <ada@example.org>',
    });
    expect(await send('Subject: no From')).toMatchObject({ from: 'From: "Ada" <ada@example.org>' });
  });

  it('is one, whatever tricks are played', async () => {
    for (const header of [
      'From: bob@example.net, sales@example.org',
      'From: bob@example.net\r\nFrom: sales@example.org',
      'from: bob@example.net\r\nFROM: sales@example.org',
      'From: =?utf-8?q?x=0D=0AFrom:_bob=40example.net?= <sales@example.org>, bob@example.net',
    ]) {
      const { text, envelope } = await send(header);
      expect(text.match(/^from/gim)).toHaveLength(1);
      expect(text).not.toMatch(/^From:.*bob@/im);
      expect(envelope).toBe('sales@example.org');
    }
  });

  it('is not told otherwise by Sender, Return-Path or Resent fields', async () => {
    const { text } = await send(
      'Sender: bob@example.net\r\nResent-From: bob@example.net\r\nResent-Bcc: eve@example.net\r\nReturn-Path: <bob@example.net>',
    );
    expect(text).not.toMatch(/bob@example.net|eve@/);
  });

  it('is what AccountId says, before From; 166 for an unknown one, 167 where nothing can be sent', async () => {
    const phone = server.handset();
    const settings = await phone.ask('Settings', [{ UserInformation: { Get: true } }]);
    const information = settings.find((part) => 'UserInformation' in part);
    const accounts =
      (information && 'UserInformation' in information
        ? information.UserInformation.Get?.Accounts?.Account
        : undefined) ?? [];
    expect(accounts.map(({ AccountId }) => AccountId)).toEqual([undefined, expect.any(String)]);
    const AccountId = accounts[1]!.AccountId!;
    expect(await send('From: ada@example.org', { AccountId })).toMatchObject({
      from: 'From: "Sales" <sales@example.org>',
      envelope: 'sales@example.org',
    });
    const request = { ClientId: 'x', Mime: mail() };
    await expect(phone.call('SendMail', { ...request, AccountId: 'nobody' })).rejects.toMatchObject({
      status: 166,
    });
    server.submission = refused('unsupported');
    await expect(phone.call('SendMail', { ...request, AccountId })).rejects.toMatchObject({ status: 167 });
  });
});

describe('what leaves', () => {
  const send = async (Mime: string | Buffer) => {
    await server.handset().call('SendMail', { ClientId: String(Math.random()), Mime: Buffer.from(Mime) });
    return server.sent.at(-1)!;
  };

  it('has line ends that every server reads alike, and no NUL', async () => {
    const { text } = await send('To: b@c.de\r\nSubject: x\r\n\r\na\rb\n.\nMAIL FROM:<x>\r\r\n.\r\0c');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n\0]/);
    expect(text).toContain('\r\n\r\na\r\nb\r\n.\r\nMAIL');
  });

  it("has Nine's header end mended (4.5)", async () => {
    const { text } = await send('To: b@c.de\r\nSubject: x\r\n\n\nBody');
    expect(text).toMatch(/^Subject: x\r\n/m);
    expect(text).toMatch(/\r\n\r\n(?:\r\n)?Body$/);
  });

  it('has no line over 998 characters, and says the same', async () => {
    const long = 'word '.repeat(1000).trimEnd();
    const boundary = 'b';
    const parts = [
      `Content-Type: multipart/mixed; boundary=${boundary}`,
      '',
      `--${boundary}`,
      'Content-Type: text/plain; charset=iso-8859-1',
      'Content-Transfer-Encoding: 8bit',
      '',
      `${long} \xfc`,
      `--${boundary}`,
      'Content-Type: application/octet-stream',
      '',
      'short',
      `--${boundary}--`,
    ].join('\r\n');
    const { text } = await send(Buffer.from(`To: b@c.de\r\n${parts}`, 'latin1'));
    for (const line of text.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
    expect(text).toContain(
      'Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable',
    );
    expect(text.replaceAll('=\r\n', '')).toContain(`${long} =FC\r\n--b\r\n`);
    expect(text).toContain('\r\n\r\nshort\r\n--b--');
  });

  it('is ASCII, so that servers without 8BITMIME take it, and says the same; what is signed stays', async () => {
    const { text } = await send('To: b@c.de\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n');
    expect(text).toMatch(/^[\x00-\x7f]*$/);
    expect(text).toMatch(/Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n$/);
    const binary = await send(
      'To: b@c.de\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n\r\nä',
    );
    expect(binary.text).toMatch(/Content-Transfer-Encoding: base64\r\n\r\nw6Q=\r\n$/);
    const sealed = signed.replace('Subject: Original', 'Subject: x');
    expect((await send(sealed)).text).toContain(sealed.slice(sealed.indexOf('--S')));
  });

  it('keeps the encoding of parts that name one we do not know', async () => {
    const uuencoded = `begin 644 a\r\n${'M'.repeat(1100)}\r\nend\r\n`;
    const { text } = await send(
      `To: b@c.de\r\nContent-Type: application/x-a\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n${uuencoded}`,
    );
    expect(text).toContain(`Content-Transfer-Encoding: x-uuencode\r\n`);
    expect(text).toContain(uuencoded);
  });

  it('needs SMTPUTF8 for a local part only: raw text is encoded, a domain has an ASCII form', async () => {
    const raw = await send('To: Jörg <joerg@bücher.example>\r\nSubject: Grüße\r\n\r\nä');
    expect(raw.envelope).toMatchObject({ recipients: ['joerg@xn--bcher-kva.example'], utf8: false });
    expect(raw.text.split('\r\n\r\n')[0]).toMatch(/^[\x00-\x7f]*$/);
    const local = await send('To: jörg@bücher.example\r\n\r\nx');
    expect(local.envelope).toMatchObject({ recipients: ['jörg@xn--bcher-kva.example'], utf8: true });
    expect(local.text).toContain('To: <jörg@xn--bcher-kva.example>');
  });

  it('goes to everybody of several To fields and groups, each once', async () => {
    const { envelope, text } = await send(
      'To: a@b.cd, team: e@f.gh, A@b.cd;\r\nTo: i@j.kl\r\nCc: undisclosed-recipients:;\r\n\r\nx',
    );
    expect(envelope.recipients).toEqual(['a@b.cd', 'e@f.gh', 'i@j.kl']);
    expect(text.match(/^To:/gm)).toHaveLength(1);
  });
});
