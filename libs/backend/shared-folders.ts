import type { BackendFolder } from './folders.js';
import type { ItemClass } from './item-class.js';
import type { Backend } from './port.js';

/** Where a folder of somebody else is, as people say it: an IMAP folder with its levels parted by `/`, a collection's URL. */
export interface SharedPlace {
  readonly itemClass: ItemClass;
  readonly path: string;
}

/** Can show folders that are not among `folders()` because they are somebody else's. */
export interface FolderSharer extends Backend {
  /**
   * The folders at these places, in their order; null where there is none, or none that the user may read. They stand at the
   * top and have no role. A place that is down throws: a folder that is not told of is a deleted one to phones.
   */
  sharedFolders(places: readonly SharedPlace[]): Promise<readonly (BackendFolder | null)[]>;
}

export const canShareFolders = (backend: Backend): backend is FolderSharer =>
  typeof (backend as Partial<FolderSharer>).sharedFolders === 'function';
