import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  selfSigned,
  startSmtpSink,
  type SmtpSink,
  type SmtpSinkOptions,
} from '../../../tests/servers/index.js';
import { SmtpFactory, type SmtpConfig } from './index.js';

const message = Buffer.from('From: a@example.test\r\nSubject: Grüße\r\n\r\n.leading dot\r\nlast line\r\n');
const credentials = { user: 'ada', password: 'right' };
const envelope = { from: 'a@example.test', recipients: ['b@example.test', 'c@example.test'], utf8: false };

let sink: SmtpSink;
afterEach(() => sink.stop());

async function start(options: SmtpSinkOptions = {}): Promise<void> {
  sink = await startSmtpSink(options);
}

async function submit(
  config: Partial<SmtpConfig> = {},
  content: () => Readable = () => Readable.from([message]),
  size = message.length,
  to: readonly string[] = envelope.recipients,
  utf8 = false,
): Promise<void> {
  const factory = new SmtpFactory({
    host: '127.0.0.1',
    port: sink.port,
    tls: 'none',
    auth: 'none',
    ...config,
  });
  try {
    await factory.submitterFor(credentials).submit({ ...envelope, recipients: to, utf8 }, content, size);
  } finally {
    await factory.close();
  }
}

it('delivers the bytes as they are, to all recipients, with size and 8BITMIME told', async () => {
  await start();
  await submit();
  expect(sink.messages).toHaveLength(1);
  expect(sink.messages[0]).toMatchObject({
    from: envelope.from,
    recipients: envelope.recipients,
    size: message.length,
  });
  expect(sink.messages[0]?.source.toString()).toBe(message.toString());
});

it('signs in as the user, and tells a wrong password apart', async () => {
  await start({ users: { ada: 'right' } });
  await submit({ auth: 'user' });
  expect(sink.messages[0]?.user).toBe('ada');
  await sink.stop();
  await start({ users: { ada: 'changed' } });
  await expect(submit({ auth: 'user' })).rejects.toMatchObject({ kind: 'auth' });
});

it('never asks the phone for a password that is not the user’s', async () => {
  await start({ users: { relay: 'right' } });
  const misconfigured = { kind: 'unavailable', reason: 'no-authentication' };
  await expect(submit({ auth: { user: 'relay', password: 'wrong' } })).rejects.toMatchObject(misconfigured);
  await expect(submit({ auth: 'none' })).rejects.toMatchObject(misconfigured);
  expect(sink.messages).toHaveLength(0);
  await submit({ auth: { user: 'relay', password: 'right' } });
  expect(sink.messages[0]?.user).toBe('relay');
});

it('does not send to an address of more than ASCII where the server takes none', async () => {
  await start({ without: ['SMTPUTF8'] });
  const factory = new SmtpFactory({ host: '127.0.0.1', port: sink.port, tls: 'none', auth: 'none' });
  const submitter = factory.submitterFor(credentials);
  const content = (): Readable => Readable.from([message]);
  const wide = { ...envelope, recipients: ['jörg@example.test'], utf8: true };
  await expect(submitter.submit(wide, content, message.length)).rejects.toMatchObject({
    kind: 'invalid',
    reason: 'recipient-refused',
  });
  expect(sink.messages).toHaveLength(0);
  await submitter.submit(envelope, content, message.length);
  expect(sink.messages).toHaveLength(1);
  await factory.close();
});

it('says by SMTPUTF8 that an address has more than ASCII', async () => {
  await start();
  await submit({}, undefined, message.length, ['jörg@example.test'], true);
  expect(sink.messages[0]).toMatchObject({ recipients: ['jörg@example.test'], utf8: true });
});

it('sends to nobody if one recipient is refused', async () => {
  await start({ refuse: ['c@example.test'] });
  await expect(submit()).rejects.toMatchObject({ kind: 'invalid', reason: 'recipient-refused' });
  expect(sink.messages).toHaveLength(0);
  await expect(submit({}, undefined, message.length, ['c@example.test'])).rejects.toMatchObject({
    kind: 'invalid',
    reason: 'recipient-refused',
  });
});

it('tells of a message that is too big before it is read', async () => {
  await start({ maxSize: 10 });
  let opened = false;
  const content = (): Readable => ((opened = true), Readable.from([message]));
  await expect(submit({}, content)).rejects.toMatchObject({ kind: 'invalid', reason: 'too-big' });
  expect(opened).toBe(false);
});

it('is in doubt only when the whole message had left', async () => {
  await start();
  sink.manners.drop = 'before-answer';
  await expect(submit()).rejects.toMatchObject({ kind: 'invalid', reason: 'in-doubt' });
  sink.manners.drop = 'at-data';
  const endless = (): Readable =>
    Readable.from(
      (async function* () {
        for (let i = 0; i < 100_000; i += 1) yield Buffer.alloc(1024, 'x');
      })(),
    );
  await expect(submit({}, endless, 100_000 * 1024)).rejects.toMatchObject({ kind: 'unavailable' });
});

it('is not in doubt when the server refuses, for now or for ever', async () => {
  await start();
  sink.manners.code = 451;
  await expect(submit()).rejects.toMatchObject({ kind: 'unavailable', reason: 'deferred' });
  sink.manners.code = 554;
  await expect(submit()).rejects.toMatchObject({ kind: 'invalid', reason: 'refused' });
});

it('may be sent again when the source of the message broke off', async () => {
  await start();
  const breaking = (): Readable =>
    Readable.from(
      (async function* () {
        yield message.subarray(0, 20);
        throw new Error('the phone went away');
      })(),
    );
  await expect(submit({}, breaking)).rejects.toMatchObject({
    kind: 'unavailable',
    reason: 'message-broke-off',
  });
  expect(sink.messages).toHaveLength(0);
});

it('says unavailable when nobody answers', async () => {
  await start();
  await expect(submit({ port: 1 })).rejects.toMatchObject({ kind: 'unavailable' });
});

it('is in doubt when the answer takes too long', async () => {
  await start();
  sink.manners.delay = 3_000;
  await expect(submit({ commandTimeout: 300 })).rejects.toMatchObject({
    kind: 'invalid',
    reason: 'in-doubt',
  });
});

it('speaks TLS from the start and by STARTTLS, and trusts only who it was told to', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'godwit-smtp-'));
  const files = selfSigned(directory);
  try {
    for (const mode of ['implicit', 'starttls'] as const) {
      if (mode === 'starttls') await sink.stop();
      await start({ tls: { ...files, mode } });
      await expect(submit({ tls: mode })).rejects.toMatchObject({ kind: 'unavailable' });
      await submit({ tls: mode, ca: readFileSync(files.cert, 'utf8') });
      expect(sink.messages).toHaveLength(1);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});

it('insists on STARTTLS where it is configured', async () => {
  await start();
  await expect(submit({ tls: 'starttls' })).rejects.toMatchObject({ kind: 'unavailable' });
  expect(sink.messages).toHaveLength(0);
});

it('holds no more than pieces of a large message', async () => {
  await start();
  const piece = Buffer.alloc(64 * 1024, 'y').fill('\r\n', 64 * 1024 - 2);
  let made = 0;
  const large = (): Readable =>
    Readable.from(
      (function* () {
        for (; made < 320; made += 1) yield piece;
      })(),
    );
  await submit({}, large, 320 * piece.length);
  expect(sink.messages[0]?.source.length).toBe(320 * piece.length);
});
