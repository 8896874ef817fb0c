import type { CalendarData } from '#eas';
import { LONGEST_TEXT } from '../codec.js';
import { invalidEvent } from './invalid-event.js';

/** Base64 makes four characters of three bytes, and the event needs some, too. */
const mostBytes = Math.floor(LONGEST_TEXT / 2);

/**
 * The bytes of the attachments a phone adds to an event, by ClientId: what `WriteContext.contents` wants. Those without
 * content, as iOS sends them (quirks 4.1), are none. Throws BackendError `invalid` where an iCalendar object could not hold
 * them.
 */
export async function addedContents(data: CalendarData): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  let left = mostBytes;
  for (const { ClientId, Content } of data.Attachments?.Add ?? []) {
    if (!Content) continue;
    left -= Content.length;
    if (left < 0) throw invalidEvent('attachments too large for an iCalendar object', 'too-big');
    const pieces: Uint8Array[] = [];
    for await (const piece of Content.content) pieces.push(piece);
    contents.set(ClientId, Buffer.concat(pieces));
  }
  return contents;
}
