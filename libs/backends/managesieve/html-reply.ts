import { createHash } from 'node:crypto';
import { htmlToText } from '#formats';

const LINE = 76;

/**
 * An HTML reply as the MIME entity that `vacation :mime` takes (RFC 5230 4.7), with its plain text for those who read no
 * HTML. In base64 nothing the user wrote can end the Sieve string, the line, or the part.
 */
export function htmlReply(html: string): string {
  const boundary = `godwit-${createHash('sha256').update(html).digest('hex').slice(0, 24)}`;
  return [
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    ...part('text/plain', htmlToText(html)),
    `--${boundary}`,
    ...part('text/html', html),
    `--${boundary}--`,
  ].join('\r\n');
}

function part(type: string, text: string): string[] {
  const encoded = Buffer.from(text).toString('base64');
  const lines: string[] = [];
  for (let at = 0; at < encoded.length; at += LINE) lines.push(encoded.slice(at, at + LINE));
  return [`Content-Type: ${type}; charset=utf-8`, 'Content-Transfer-Encoding: base64', '', ...lines];
}
