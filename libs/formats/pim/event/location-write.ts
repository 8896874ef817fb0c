import ICAL from 'ical.js';
import type { ItemDataByClass } from '#eas';
import { cleanText } from '../../clean-text.js';
import { putText, textOf } from '../icalendar/properties.js';

export type LocationData = NonNullable<ItemDataByClass['Calendar']['AirSyncBaseLocation']>;

/** Where a place stands besides LOCATION: as Apple and Outlook write it. */
export const placeProperties = ['geo', 'x-apple-structured-location', 'x-microsoft-locations'] as const;

/** A place that is only a text (up to 14.1): what tells of another place by coordinates goes. */
export function writeLocationText(event: ICAL.Component, text: string): void {
  const clean = cleanText(text).trim();
  if (clean === textOf(event, 'location').trim()) return;
  putText(event, 'location', clean);
  for (const name of placeProperties) event.removeAllProperties(name);
}

/** Elements of airsyncbase:Location and their names in X-MICROSOFT-LOCATIONS (MS-OXCICAL), where all of them have a place. */
export const locationFields = {
  DisplayName: 'DisplayName',
  Annotation: 'LocationAnnotation',
  Street: 'LocationStreet',
  City: 'LocationCity',
  State: 'LocationState',
  Country: 'LocationCountry',
  PostalCode: 'LocationPostalCode',
  LocationUri: 'LocationUri',
  Latitude: 'Latitude',
  Longitude: 'Longitude',
  Accuracy: 'Accuracy',
  Altitude: 'Altitude',
  AltitudeAccuracy: 'AltitudeAccuracy',
} as const satisfies Readonly<Record<keyof LocationData, string>>;

const locationKeys = Object.keys(locationFields) as (keyof LocationData)[];

/** A place as 16.x says it, in the properties that others read: text, coordinates, Apple's and Outlook's form. */
export function writeLocation(event: ICAL.Component, place: LocationData): void {
  putText(event, 'location', cleanText(placeName(place)).trim());
  for (const name of placeProperties) event.removeAllProperties(name);
  const { Latitude: latitude, Longitude: longitude } = place;
  if (latitude !== undefined && longitude !== undefined)
    writeCoordinates(event, place, [latitude, longitude]);
  if (locationKeys.some((name) => name !== 'DisplayName' && place[name] !== undefined)) {
    const told = locationKeys.flatMap((name) =>
      place[name] === undefined ? [] : [[locationFields[name], place[name]] as const],
    );
    putText(event, 'x-microsoft-locations', JSON.stringify([Object.fromEntries(told)]));
  }
}

const addressOf = ({ Street, City, State, PostalCode, Country }: LocationData): string =>
  [Street, City, State, PostalCode, Country].filter((part) => part !== undefined && part !== '').join(', ');

const placeName = (place: LocationData): string => {
  const name = place.DisplayName ?? '';
  return name === '' ? addressOf(place) : name;
};

function writeCoordinates(
  event: ICAL.Component,
  place: LocationData,
  [latitude, longitude]: [number, number],
): void {
  const geo = new ICAL.Property('geo', event);
  geo.setValue([latitude, longitude]);
  event.addProperty(geo);
  const apple = new ICAL.Property('x-apple-structured-location', event);
  apple.resetType('uri');
  const address = addressOf(place);
  if (address !== '') apple.setParameter('x-address', address);
  if (place.Accuracy !== undefined) apple.setParameter('x-apple-radius', String(place.Accuracy));
  apple.setParameter('x-title', placeName(place));
  apple.setValue(`geo:${latitude},${longitude}`);
  event.addProperty(apple);
}
