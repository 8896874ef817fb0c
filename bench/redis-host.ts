import { BullRuntime } from '#actors';
import { decodeSegment, diff, encodeSegment, KnownOverlay, SEGMENT_LIMIT, type KnownItem } from '#sync';

/*
 * A host of actors for the bench of Redis. Arguments: the URL, and how many slices of a phone's knowledge each message
 * costs: decoded, compared with a page of changes and encoded again, which is what an actor does for a collection. With
 * none it answers what it is told.
 */
const [, , redis = '', slices = '0'] = process.argv;

const mails = Array.from({ length: SEGMENT_LIMIT }, (_, index): [string, KnownItem] => [
  String(100_000 + index),
  { version: index % 3 === 0 ? 'S' : '', day: 20_000 + (index >> 3) },
]);
const known = encodeSegment(new Map(mails));
const page = {
  changed: [{ id: '999999', version: '', day: 20_100 }],
  removed: [],
  cursor: 'next',
  more: false,
};

function collection(): number {
  const items = decodeSegment(known);
  const { refs } = diff(new KnownOverlay(items), page, { sinceDay: null, window: 100 });
  for (const ref of refs) if (ref.item) items.set(ref.id, ref.item);
  return encodeSegment(items).length;
}

const runtime = await BullRuntime.connect({ redis });
await runtime.host(() => ({
  receive: async (message) => {
    for (let slice = Number(slices); slice > 0; slice -= 1) collection();
    return message;
  },
}));
process.send?.('ready');
