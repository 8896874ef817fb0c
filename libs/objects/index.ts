/**
 * What sources have in common that keep items as whole texts: address books of vCards, calendars of iCalendar objects, on a
 * DAV server or in a folder of files. A source says what it has (`ObjectSource`: names, versions, texts); `ObjectBackend`
 * makes of one the port that all sources share, with the codecs of libs/formats between texts and items.
 */
export * from './calendar-object-backend.js';
export * from './memory-name-book.js';
export * from './name-book.js';
export * from './object-backend.js';
export * from './object-source.js';
export * from './open-object-backend.js';
export { LARGEST_PICTURE, PictureFitter } from './pictures.js';
export * from './text-cache.js';
