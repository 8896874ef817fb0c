/**
 * Folders of files as address books and calendars, as vdirsyncer and khal keep them: a collection is a folder, an object one
 * .vcf or .ics file in it. Any program may work on the same files at the same time: files are replaced as a whole, and only
 * after another look at what is there. `collection-scan.ts` finds out what is in a folder by reading only files that changed;
 * `vdir-source.ts` makes the ObjectSource of it.
 */
export { VdirSource, type VdirOptions } from './vdir-source.js';
