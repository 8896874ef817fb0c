import { BackendError } from '#backend';
import { TestServer } from '../testing/index.js';

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
    expect(sentFolder()).toMatchObject([{ version: 'S' }]);
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
      /^From: <ada@example.org>\r$/m,
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

  it('without a recipient is 119, without a mail 107, too large 115', async () => {
    const phone = server.handset();
    const send = (Mime: Buffer) => phone.call('SendMail', { ClientId: '1', Mime });
    await expect(send(Buffer.from('Subject: x\r\n\r\nBody'))).rejects.toMatchObject({ status: 119 });
    await expect(send(Buffer.alloc(300_000, 'x'))).rejects.toMatchObject({ status: 107 });
    server.limits = { ...server.limits, messageBytes: 100 };
    await expect(send(mail('X-Long: '.padEnd(200, 'x')))).rejects.toMatchObject({ status: 115 });
    expect(server.sent).toEqual([]);
  });

  it.each([
    ['unavailable', undefined, 111],
    ['unsupported', undefined, 130],
    ['invalid', 'recipient-refused', 116],
    ['invalid', 'too-big', 115],
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
});
