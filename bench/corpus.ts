import { createHash } from 'node:crypto';
import type { SeedMail } from '../tests/servers/index.js';

const words = (
  'the quick brown fox jumps over a lazy dog while meetings move to Thursday and invoices wait for somebody who ' +
  'knows where the budget of last year went because nobody has answered the question about delivery dates yet'
).split(' ');

/** The same numbers each time for the same seed: runs can be compared. */
function numbers(seed: number): () => number {
  let state = (seed * 2654435761 + 1) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function paragraphs(next: () => number, bytes: number): string {
  const lines: string[] = [];
  let line = '';
  for (let length = 0; length < bytes;) {
    const word = words[Math.floor(next() * words.length)] ?? '';
    line += line === '' ? word : ` ${word}`;
    length += word.length + 1;
    if (line.length > 68) {
      lines.push(line);
      line = '';
    }
  }
  return [...lines, line].join('\r\n');
}

const LEAST = 400;
const SPREAD = 5600;

/** The `index`-th mail of the corpus: two thirds text and HTML, one third plain text; 1 to 15 KB. */
export function mail(index: number, to = 'bench@example.test'): string {
  const next = numbers(index);
  const text = paragraphs(next, LEAST + next() ** 2 * SPREAD);
  const head = [
    `From: Sender ${index % 97} <sender${index % 97}@example.test>`,
    `To: ${to}`,
    `Subject: Mail ${index} about ${words[index % words.length]}`,
    `Date: ${dateOf(index).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <bench.${index}@example.test>`,
    'MIME-Version: 1.0',
  ];
  if (index % 3 === 0) {
    return [...head, 'Content-Type: text/plain; charset=utf-8', '', text, ''].join('\r\n');
  }
  const boundary = `=_bench_${index}`;
  const html = `<html><body><p>${text.replaceAll('\r\n', '<br>\r\n')}</p></body></html>`;
  return [
    ...head,
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    `--${boundary}`,
    'Content-Type: text/html; charset=utf-8',
    '',
    html,
    `--${boundary}--`,
    '',
  ].join('\r\n');
}

/** The part that a phone which prefers HTML gets of the `index`-th mail. */
export const bodyPartOf = (index: number): '1' | '2' => (index % 3 === 0 ? '1' : '2');

const HOUR = 3_600_000;
const dateOf = (index: number): Date => new Date(Date.UTC(2026, 0, 1) - (index % 5000) * HOUR);

export function* mails(count: number): Generator<SeedMail> {
  for (let index = 0; index < count; index++) {
    yield { source: mail(index), date: dateOf(index), flags: index % 4 === 0 ? '' : 'S' };
  }
}

const LINE = 57;

/** A mail with one attachment of so many bytes that no compression makes smaller. */
export function mailWithAttachment(bytes: number): Buffer {
  const block = createHash('sha512').update(String(bytes)).digest();
  const data = Buffer.alloc(Math.ceil(bytes / LINE) * LINE);
  for (let at = 0; at < data.length; at += block.length) {
    block.writeUInt32LE(at, 0);
    block.copy(data, at);
  }
  const encoded = data.toString('base64').replace(/.{76}/g, '$&\r\n');
  const boundary = '=_bench_attachment';
  const head = [
    'From: sender@example.test',
    'To: bench@example.test',
    `Subject: Attachment of ${bytes} bytes`,
    'Date: Thu, 01 Jan 2026 00:00:00 +0000',
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    'See attachment.',
    `--${boundary}`,
    'Content-Type: application/octet-stream; name="large.bin"',
    'Content-Disposition: attachment; filename="large.bin"',
    'Content-Transfer-Encoding: base64',
    '',
    '',
  ];
  return Buffer.concat([
    Buffer.from(head.join('\r\n')),
    Buffer.from(encoded),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
}
