import type ICAL from 'ical.js';
import type { ItemByClass } from '#eas';
import { cleanText } from '../../clean-text.js';
import { parameterOf, propertyText, valueOf } from '../../calendar-values.js';
import { textOf } from '../icalendar/properties.js';
import { locationFields } from './location-write.js';

type Place = NonNullable<ItemByClass['Calendar']['AirSyncBaseLocation']>;

const longest = 32_768;
const numbers: ReadonlySet<string> = new Set([
  'Latitude',
  'Longitude',
  'Accuracy',
  'Altitude',
  'AltitudeAccuracy',
]);

/** Text up to 14.1, a container from 16.0 on: each version gets its own of the two. Of neither, nothing. */
export function locationElements(
  event: ICAL.Component,
): Pick<ItemByClass['Calendar'], 'Location' | 'AirSyncBaseLocation'> {
  const name = cleanText(textOf(event, 'location')).trim().slice(0, longest);
  const place = placeOf(event, name);
  return {
    ...(name === '' ? {} : { Location: name }),
    ...(Object.keys(place).length === 0 ? {} : { AirSyncBaseLocation: place }),
  };
}

/** LOCATION is what everybody changes: what Outlook noted beside it holds only while both have the same name. */
function placeOf(event: ICAL.Component, name: string): Place {
  const shown = name === '' ? {} : { DisplayName: name };
  const noted = notedPlace(event);
  const same = noted.DisplayName === undefined || noted.DisplayName === '' || noted.DisplayName === name;
  return { ...coordinates(event), ...(same ? noted : {}), ...shown };
}

/** X-MICROSOFT-LOCATIONS: a list of places as JSON (MS-OXCICAL 2.1.3.1.1.20.30). */
function notedPlace(event: ICAL.Component): Place {
  const text = textOf(event, 'x-microsoft-locations');
  if (text === '' || text.length > longest) return {};
  const [first] = parsedList(text);
  if (typeof first !== 'object' || first === null) return {};
  const values: Readonly<Record<string, unknown>> = { ...first };
  const told = Object.entries(locationFields).flatMap(([element, key]) => {
    const value = values[key];
    if (numbers.has(element))
      return typeof value === 'number' && Number.isFinite(value) ? [[element, value]] : [];
    return typeof value === 'string' && value !== '' ? [[element, cleanText(value).slice(0, longest)]] : [];
  });
  return Object.fromEntries(told) as Place;
}

function parsedList(text: string): readonly unknown[] {
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found : [found];
  } catch {
    return [];
  }
}

/** GEO, or the place Apple adds beside the text. */
function coordinates(event: ICAL.Component): Place {
  const geo = valueOf(event, 'geo');
  const apple = propertyText(event.getFirstProperty('x-apple-structured-location'));
  const pair = Array.isArray(geo)
    ? geo.map(Number)
    : (/^geo:([^,]+),([^,;]+)/i.exec(apple) ?? []).slice(1).map(Number);
  const [Latitude, Longitude] = pair;
  if (Latitude === undefined || Longitude === undefined) return {};
  if (!(Math.abs(Latitude) <= 90 && Math.abs(Longitude) <= 180)) return {};
  const radius = parameterOf(event.getFirstProperty('x-apple-structured-location'), 'x-apple-radius');
  const Accuracy = radius === '' ? Number.NaN : Number(radius);
  return { Latitude, Longitude, ...(Number.isFinite(Accuracy) ? { Accuracy } : {}) };
}
