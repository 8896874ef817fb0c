import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { crlfBytes, HeaderFields, parseAddresses, spool, type Spool } from '#formats';

/** A header block longer than this is no mail. Bytes. */
const MAX_HEADER = 256 * 1024;
const END_OF_HEADER = Buffer.from('\r\n\r\n');

/** A mail a phone handed in, made ready to travel: complete, CRLF line ends, recipients known. */
export interface OutgoingMessage {
  readonly from: string | null;
  /** Addresses of To, Cc and Bcc, each once. */
  readonly recipients: readonly string[];
  /** An address or header is not ASCII (SMTPUTF8, RFC 6531). */
  readonly utf8: boolean;
  readonly messageId: string;
  /** As it goes to the recipients: without Bcc. A new stream for each call. */
  readonly submitted: () => Readable;
  readonly submittedSize: number;
  /** As it is kept: with Bcc. */
  readonly stored: () => Readable;
  readonly storedSize: number;
  dispose(): void;
}

/** What a phone handed in is no mail. */
export class NoMessage extends Error {
  override readonly name = 'NoMessage';
}

/** One header field with its continuation lines, as it stands. */
function* fieldsOf(header: string): Iterable<string> {
  let field = '';
  for (const line of header.split('\r\n')) {
    if (/^[ \t]/.test(line) && field !== '') field += `\r\n${line}`;
    else {
      if (field !== '') yield field;
      field = line;
    }
  }
  if (field !== '') yield field;
}

const isBcc = (field: string): boolean => /^(resent-)?bcc\s*:/i.test(field);

function addressesOf(headers: HeaderFields, ...names: string[]): string[] {
  const seen = new Map<string, string>();
  for (const name of names) {
    for (const { address } of parseAddresses(headers.raw(name))) {
      if (address.includes('@') && !seen.has(address.toLowerCase())) seen.set(address.toLowerCase(), address);
    }
  }
  return [...seen.values()];
}

/** Trap 77: what a submission must have and phones leave out. */
function missingFields(
  headers: HeaderFields,
  about: { from: string; messageId: string; now: Date },
): string[] {
  const fields: [name: string, line: string][] = [
    ['date', `Date: ${about.now.toUTCString().replace('GMT', '+0000')}`],
    ['from', `From: <${about.from}>`],
    ['message-id', `Message-ID: ${about.messageId}`],
    ['mime-version', 'MIME-Version: 1.0'],
  ];
  return fields.flatMap(([name, line]) => (headers.raw(name) === '' ? [line] : []));
}

async function headerOf(message: Spool): Promise<{ header: string; bodyAt: number }> {
  const last = Math.min(message.size, MAX_HEADER) - 1;
  const pieces: Uint8Array[] = [];
  if (last >= 0) for await (const piece of message.read({ first: 0, last })) pieces.push(piece);
  const start = Buffer.concat(pieces);
  const end = start.indexOf(END_OF_HEADER);
  if (end < 0 && message.size > MAX_HEADER) throw new NoMessage('the header does not end');
  const header = start.subarray(0, end < 0 ? start.length : end).toString('latin1');
  return { header, bodyAt: end < 0 ? message.size : end + END_OF_HEADER.length };
}

function stream(header: string, message: Spool, bodyAt: number): () => Readable {
  async function* content(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(header, 'latin1');
    if (bodyAt < message.size) yield* message.read({ first: bodyAt, last: message.size - 1 });
  }
  return () => Readable.from(content(), { objectMode: false });
}

const isAscii = (text: string): boolean => !/[^\u0000-\u007f]/.test(text);

/**
 * Takes in a message of any size (spooled, never held) and completes it. `sender` stands in for a missing From. Throws
 * NoMessage, SpoolOverflow beyond `maxSize` bytes, and what the source throws.
 */
export async function takeMessage(
  source: AsyncIterable<Uint8Array>,
  options: { readonly sender: string; readonly maxSize: number; readonly now: Date },
): Promise<OutgoingMessage> {
  const message = await spool(crlfBytes(source), { maxSize: options.maxSize });
  try {
    const { header, bodyAt } = await headerOf(message);
    const headers = HeaderFields.parse(Buffer.from(header, 'latin1'));
    const [domain = 'localhost'] = options.sender.split('@').slice(-1);
    const messageId = headers.raw('message-id') || `<${randomUUID()}@${domain}>`;
    const fields = [
      ...fieldsOf(header),
      ...missingFields(headers, { from: options.sender, messageId, now: options.now }),
    ];
    const storedHeader = `${fields.join('\r\n')}\r\n\r\n`;
    const submittedHeader = `${fields.filter((field) => !isBcc(field)).join('\r\n')}\r\n\r\n`;
    const bodySize = message.size - bodyAt;
    return {
      from: addressesOf(headers, 'from')[0] ?? null,
      recipients: addressesOf(headers, 'to', 'cc', 'bcc'),
      utf8: !isAscii(submittedHeader),
      messageId,
      submitted: stream(submittedHeader, message, bodyAt),
      submittedSize: submittedHeader.length + bodySize,
      stored: stream(storedHeader, message, bodyAt),
      storedSize: storedHeader.length + bodySize,
      dispose: () => message.dispose(),
    };
  } catch (error) {
    message.dispose();
    throw error;
  }
}
