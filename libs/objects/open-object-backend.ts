import type { ItemCodec } from '#formats';
import { CalendarObjectBackend } from './calendar-object-backend.js';
import { ObjectBackend, type ObjectBackendOptions } from './object-backend.js';
import type { ObjectSource } from './object-source.js';

/** The backend for a source's objects of the codec's class, with all that the class can do. */
export const openObjectBackend = (
  source: ObjectSource,
  codec: ItemCodec,
  options: ObjectBackendOptions,
): ObjectBackend =>
  codec.itemClass === 'Calendar'
    ? new CalendarObjectBackend(source, codec, options)
    : new ObjectBackend(source, codec, options);
