import { CommonStatus, type Blob, type Decoded, type Element, type Infer } from '#eas';
import { takeIn, type TakenMessage } from '#formats';
import type { CommandContext } from '../context.js';
import { readDocument } from '../read-document.js';
import { asRefusal, refused, type SendingCommand } from './refusal.js';

/** Commands carry WBXML from here on; before, the body is the message itself and the query says the rest. */
const WBXML_SINCE = 140;

/** A header block longer than this is no mail. Bytes. */
const MAX_HEADER = 256 * 1024;

/** What a phone handed in: the document (null up to 12.1) and the message of its Mime element. */
export interface Received<Value> {
  readonly value: Value | null;
  readonly written: TakenMessage | null;
}

async function take(
  context: CommandContext,
  command: SendingCommand,
  source: AsyncIterable<Uint8Array>,
): Promise<TakenMessage> {
  let taken: TakenMessage;
  try {
    taken = await takeIn(source, { maxSize: context.limits.messageBytes });
  } catch (error) {
    throw asRefusal(command, 'submission', error);
  }
  if (taken.header.lines().length > 0 && taken.mime.bodyAt <= MAX_HEADER) return taken;
  taken.dispose();
  throw refused(command, CommonStatus.InvalidMIME, 'this is no message');
}

/** The message goes from the socket to the spool while the document around it is still being read. */
export async function readSubmission<S extends Element>(
  context: CommandContext,
  command: SendingCommand,
  schema: S,
): Promise<Received<Infer<S>>> {
  if (context.version < WBXML_SINCE)
    return { value: null, written: await take(context, command, context.body) };
  const written: TakenMessage[] = [];
  const keep = async (content: AsyncIterable<Uint8Array>): Promise<Blob> => {
    const taken = await take(context, command, content);
    written.push(taken);
    return { length: taken.spool.size, content: taken.spool.read() };
  };
  let decoded: Decoded<Infer<S>>;
  try {
    decoded = await readDocument(context, schema, keep);
  } catch (error) {
    for (const message of written) message.dispose();
    throw error;
  }
  for (const message of written.slice(0, -1)) message.dispose();
  return { value: decoded.value, written: written.at(-1) ?? null };
}
