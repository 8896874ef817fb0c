import type { View } from '../view.js';

/** A small mail that can be told from others by its subject. */
export const sampleMail = (subject: string, body = `Body of ${subject}.`): Buffer =>
  Buffer.from(
    [
      'From: "Ada L." <ada@example.org>',
      'To: bob@example.org',
      `Subject: ${subject}`,
      `Message-ID: <${subject.replace(/\W/g, '.')}@example.org>`,
      'Date: Mon, 2 Mar 2026 10:00:00 +0000',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      body,
      '',
    ].join('\r\n'),
  );

/** A mail with an attachment of these bytes; the attachment is part 2. */
export function mailWithAttachment(subject: string, content: Buffer): Buffer {
  const lines = content.toString('base64').match(/.{1,76}/g) ?? [];
  return Buffer.from(
    [
      'From: ada@example.org',
      `Subject: ${subject}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="=_b"',
      '',
      '--=_b',
      'Content-Type: text/plain',
      '',
      'See attachment.',
      '--=_b',
      'Content-Type: application/octet-stream; name="data.bin"',
      'Content-Disposition: attachment; filename="data.bin"',
      'Content-Transfer-Encoding: base64',
      '',
      ...lines,
      '--=_b--',
      '',
    ].join('\r\n'),
  );
}

export const plainView: View = {
  protocolVersion: 141,
  bodyPreferences: [{ type: 1 }],
  mimeSupport: 0,
  mimeTruncation: null,
  detail: 'full',
};

/** Waits until `check` returns something true; a test's answer to sources that need a moment. */
export async function eventually<T>(check: () => T | Promise<T>, timeout = 10_000): Promise<T> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const result = await check();
    if (result) return result;
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
