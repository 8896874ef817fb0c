import { randomBytes } from 'node:crypto';
import type { HeaderBlock } from './header-block.js';
import type { TakenMessage } from './taken-message.js';

/** Message-IDs kept of a long thread: the first and the latest ones (RFC 5322 3.6.4 lets the middle go). */
const mostReferences = 50;
const messageId = /<[\x21-\x3b\x3d\x3f-\x7e]{1,400}>/g;

const idsOf = (value: string): string[] => value.match(messageId) ?? [];

/**
 * Fields that tie a message to the original where the phone left them out: In-Reply-To and References (RFC 5322 3.6.4),
 * Thread-Topic and Thread-Index where the original has them.
 */
export function threadFields(header: HeaderBlock, original: TakenMessage): string[] {
  const { header: source } = original;
  const fields: string[] = [];
  const [id] = idsOf(source.raw('message-id'));
  if (id !== undefined) {
    const before = idsOf(source.raw('references'));
    const thread = [...(before.length > 0 ? before : idsOf(source.raw('in-reply-to'))), id];
    const kept = thread.length > mostReferences ? [thread[0]!, ...thread.slice(1 - mostReferences)] : thread;
    if (!header.has('in-reply-to')) fields.push(`In-Reply-To: ${id}`);
    if (!header.has('references')) fields.push(`References: ${kept.join('\r\n ')}`);
  }
  const topic = source.raw('thread-topic');
  if (topic !== '' && !header.has('thread-topic')) fields.push(`Thread-Topic: ${topic}`);
  const index = threadIndex(source.raw('thread-index'));
  if (index !== null && !header.has('thread-index')) fields.push(`Thread-Index: ${index}`);
  return fields;
}

const headBytes = 22;
const childBytes = 5;
const longestIndex = 700;

/** The original's conversation index with one response level more (MS-OXOMSG 2.2.1.3); null if it has none. */
function threadIndex(value: string): string | null {
  const bytes = Buffer.from(value, 'base64');
  const levels = (bytes.length - headBytes) / childBytes;
  if (bytes.length < headBytes || bytes.length > longestIndex || !Number.isInteger(levels)) return null;
  const level = randomBytes(childBytes);
  // The first bit tells the scale of the time that follows; the time itself nobody reads but to order answers.
  level[0]! &= 0x7f;
  return Buffer.concat([bytes, level]).toString('base64');
}
