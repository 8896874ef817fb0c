import type { PimClass } from '#backend';

/** A folder that is the root itself. */
export const ROOT = '.';

/** How files of a class end. */
export const suffixOf = (itemClass: PimClass): '.vcf' | '.ics' =>
  itemClass === 'Contacts' ? '.vcf' : '.ics';

/** Longest name a file system takes, in bytes. */
const longestName = 255;

/** A name that stands for itself in its folder: it leads nowhere else, and is neither hidden nor a temporary file's. */
export const isPlainName = (name: string): boolean =>
  name !== '' &&
  !name.startsWith('.') &&
  !name.endsWith('~') &&
  !/[/\\\0\r\n]/.test(name) &&
  Buffer.byteLength(name) <= longestName;

export const isObjectName = (name: string, suffix: string): boolean =>
  isPlainName(name) && name.length > suffix.length && name.toLowerCase().endsWith(suffix);

export const isFolderPath = (path: string): boolean => path === ROOT || isPlainName(path);
