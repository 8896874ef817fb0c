import type { ItemDataByClass } from '#eas';
import { invalidEvent } from './invalid-event.js';

type Data = ItemDataByClass['Calendar'];

const halfHour = 30 * 60_000;

/** StartTime and EndTime of a new event, where a phone leaves one or both of them out (MS-ASCAL 3.2.4.4). */
export function startAndEnd(
  { StartTime: start, EndTime: end }: Pick<Data, 'StartTime' | 'EndTime'>,
  now: Date,
): { readonly StartTime: Date; readonly EndTime: Date } {
  if (start && end) return { StartTime: start, EndTime: end };
  const rounded = new Date(Math.ceil(now.getTime() / halfHour) * halfHour);
  const later = new Date(rounded.getTime() + halfHour);
  if (!start && !end) return { StartTime: rounded, EndTime: later };
  if (end) {
    if (end.getTime() < rounded.getTime()) throw invalidEvent('an EndTime in the past without StartTime');
    return { StartTime: rounded, EndTime: end };
  }
  if (start!.getTime() > rounded.getTime()) throw invalidEvent('a StartTime in the future without EndTime');
  return { StartTime: start!, EndTime: later };
}
