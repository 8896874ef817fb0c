import { createHash } from 'node:crypto';
import type { EmailItem } from '#eas';
import { type HeaderFields } from './header-fields.js';
import { threadTopic } from './thread-topic.js';

/** What is known of a mail that tells its conversation. */
export interface ConversationSource {
  readonly headers: HeaderFields;
  /** The source's own id of the conversation, or null. */
  readonly threadId: string | null;
  readonly threadTopic: string;
  readonly sentAt: Date;
}

const hashSize = 16;
const longestThreadId = 32;

/**
 * ConversationId and ConversationIndex (MS-ASEMAIL 2.2.2.21, 2.2.2.22). The same mail has the same ones at every reading, and
 * so do two mails of one conversation where their headers or their source say that they are.
 */
export function conversationElements(
  source: ConversationSource,
): Pick<EmailItem, 'ConversationId' | 'ConversationIndex'> {
  return { ConversationId: conversationId(source), ConversationIndex: conversationIndex(source) };
}

function conversationId({
  headers,
  threadId,
  threadTopic: topic,
}: Omit<ConversationSource, 'sentAt'>): Uint8Array {
  if (threadId) {
    const bytes = Buffer.from(threadId, 'utf8');
    // As it is, so that the source can be asked for the conversation by it.
    return bytes.length <= longestThreadId ? bytes : hash(threadId);
  }
  const [root] = [...messageIds(headers.list('references')), ...messageIds(headers.list('in-reply-to'))];
  const own = messageIds(headers.raw('message-id'))[0];
  return hash(root ?? own ?? `topic ${topic.toLowerCase()}`);
}

/** Fields by which mails of one conversation know each other, in lower case. */
export const conversationFields: readonly string[] = [
  'references',
  'in-reply-to',
  'message-id',
  'thread-topic',
  'subject',
];

/** The ConversationId of a mail whose source has no id for it. `headers` has conversationFields at least. */
export const conversationOf = (headers: HeaderFields): Uint8Array =>
  conversationId({ headers, threadId: null, threadTopic: topicOf(headers) });

/** What a mail is about, whatever its answers put before it. */
export const topicOf = (headers: HeaderFields): string =>
  headers.text('thread-topic') || threadTopic(headers.text('subject'));

const hash = (text: string): Uint8Array => createHash('sha256').update(text).digest().subarray(0, hashSize);

const mostReferences = 1_000;

function messageIds(value: string): string[] {
  const ids = value.slice(0, 64 * 1024).match(/<[^<>\s]{1,500}>/g) ?? [];
  return ids.slice(0, mostReferences);
}

const levelSize = 5;
/** Reserved byte, five bytes of time, a GUID. */
const threadIndexHead = 22;
/** Deeper conversations are shown at this level. */
const deepestLevel = 50;

/** The time of the first mail and five bytes for each answer: Outlook's Thread-Index without its GUID (MS-ASCON 2.2.2.4). */
function conversationIndex({ headers, sentAt }: ConversationSource): Uint8Array {
  const outlooks = threadIndex(headers.raw('thread-index'));
  if (outlooks) return outlooks;
  const references = new Set([
    ...messageIds(headers.list('references')),
    ...messageIds(headers.list('in-reply-to')),
  ]);
  const levels = Math.min(deepestLevel, references.size);
  return Buffer.concat([timeStamp(sentAt), Buffer.alloc(levels * levelSize)]);
}

function threadIndex(value: string): Uint8Array | null {
  const text = value.replace(/\s+/g, '');
  if (!/^[a-z0-9+/]{30,2000}={0,2}$/i.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  const levels = bytes.length - threadIndexHead;
  if (levels < 0 || levels % levelSize !== 0 || bytes[0] !== 1) return null;
  return Buffer.concat([
    bytes.subarray(1, 6),
    bytes.subarray(threadIndexHead).subarray(0, deepestLevel * levelSize),
  ]);
}

const hundredNanosecondsFrom1601To1970 = 116_444_736_000_000_000n;

/** Bits 16 to 55 of the FILETIME, big-endian (MS-OXOMSG 2.2.1.3). */
function timeStamp(date: Date): Uint8Array {
  const fileTime = BigInt(Math.trunc(date.getTime()) || 0) * 10_000n + hundredNanosecondsFrom1601To1970;
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, fileTime));
  return bytes.subarray(1, 6);
}
