import { AirSyncBase } from '../pages/index.js';
import { asairs } from '../schema/sections.js';
import { container, double, optional, text } from '../schema/schema.js';

/** Where something takes place, from 16.0; before, Email:Location and Calendar:Location are plain text. */
export const Location = container(AirSyncBase.Location, asairs('28'), [
  optional(text(AirSyncBase.DisplayName, asairs('22.3'), { redact: true })),
  optional(text(AirSyncBase.Annotation, asairs('6'), { redact: true })),
  optional(text(AirSyncBase.Street, asairs('38'), { redact: true })),
  optional(text(AirSyncBase.City, asairs('13'), { redact: true })),
  optional(text(AirSyncBase.State, asairs('36'), { redact: true })),
  optional(text(AirSyncBase.Country, asairs('19'), { redact: true })),
  optional(text(AirSyncBase.PostalCode, asairs('34'), { redact: true })),
  optional(double(AirSyncBase.Latitude, asairs('27'), { redact: true })),
  optional(double(AirSyncBase.Longitude, asairs('30'), { redact: true })),
  optional(double(AirSyncBase.Accuracy, asairs('1'))),
  optional(double(AirSyncBase.Altitude, asairs('4'), { redact: true })),
  optional(double(AirSyncBase.AltitudeAccuracy, asairs('5'))),
  optional(text(AirSyncBase.LocationUri, asairs('29'), { redact: true })),
]);
