import { decodeCharset } from '../charset.js';
import { contentOf, type TakenMessage } from '../compose/taken-message.js';
import { specialParts } from '../special-parts.js';
import { decodeTransfer } from '../transfer-encoding.js';
import { readSchedulingMessage, type SchedulingMessage } from './scheduling-message.js';

/** The scheduling message in a mail; null if there is none. */
export async function schedulingIn(mail: TakenMessage): Promise<SchedulingMessage | null> {
  const { calendar } = specialParts(mail.mime.structure);
  if (!calendar) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of decodeTransfer(contentOf(mail, calendar), calendar.encoding)) pieces.push(piece);
  const text = decodeCharset(Buffer.concat(pieces), calendar.parameters.charset ?? 'utf-8');
  return readSchedulingMessage(text, calendar.parameters.method ?? '');
}
