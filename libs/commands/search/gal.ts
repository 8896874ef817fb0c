import type { Directory, DirectoryEntry } from '#backend';
import type { ClientProfile } from '#clients';
import type { GalEntry } from '#eas';
import type { Range } from '../range.js';
import { PictureAlbum, type PictureOptions } from './pictures.js';

export interface GalFound {
  readonly total: number;
  readonly entries: readonly GalEntry[];
}

/** MS-ASCMD 2.2.3.135: photos came with 14.1. */
const PICTURES_SINCE = 141;

/** Entries of the address book for Search and Find. `picture` undefined: no photos are asked for. Throws BackendError. */
export async function findInGal(
  directory: Directory,
  { text, range, picture }: { text: string; range: Range; picture: PictureOptions | undefined },
  { version, client }: { readonly version: number; readonly client: ClientProfile },
): Promise<GalFound> {
  const wantsPictures = picture !== undefined && version >= PICTURES_SINCE;
  const { entries, total } = await directory.search({
    text,
    limit: range.last + 1,
    ...(wantsPictures && { pictures: true }),
  });
  const album = wantsPictures ? new PictureAlbum(picture) : null;
  const shown = entries.slice(range.first, range.last + 1);
  return {
    total: Math.max(total, entries.length),
    entries: shown.map((entry) => ({
      ...galEntry(entry, client),
      ...(album && { Picture: album.next(entry.picture) }),
    })),
  };
}

const galEntry = (entry: DirectoryEntry, { alwaysFirstName }: ClientProfile): GalEntry => ({
  DisplayName: entry.displayName,
  ...said('Phone', entry.phone),
  ...said('Office', entry.office),
  ...said('Title', entry.title),
  ...said('Company', entry.company),
  ...said('Alias', entry.alias),
  ...(alwaysFirstName ? { FirstName: entry.firstName ?? '' } : said('FirstName', entry.firstName)),
  ...said('LastName', entry.lastName),
  ...said('HomePhone', entry.homePhone),
  ...said('MobilePhone', entry.mobilePhone),
  EmailAddress: entry.emailAddress,
});

/** Only nonempty properties are given (MS-ASCMD 2.2.1.16). */
const said = <Name extends string>(name: Name, value: string | undefined): Partial<Record<Name, string>> =>
  value ? ({ [name]: value } as Record<Name, string>) : {};
