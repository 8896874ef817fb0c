/** An item on the wire: its folder's id and its own, with a colon between (at most 20 characters; 64 break clients). */
export interface ItemAddress {
  readonly folder: string;
  readonly item: string;
}

export const serverId = (folder: string, item: string): string => `${folder}:${item}`;

/** Null for an id we never gave out. */
export function parseServerId(text: string): ItemAddress | null {
  const match = /^([a-z][0-9]{1,9}):([0-9A-Za-z-]{1,14})$/.exec(text);
  return match ? { folder: match[1]!, item: match[2]! } : null;
}

/** One part of an item: what an attachment's FileReference says. Valid for as long as the item is (trap 68). */
export interface PartAddress extends ItemAddress {
  /** The backend's name of the part. */
  readonly part: string;
}

/** The backend names only the part; where it is found is added here, where folders have ids. */
export const fileReference = ({ folder, item }: ItemAddress, part: string): string =>
  `${folder}:${item}:${part}`;

/** Null for a reference we never gave out. */
export function parseFileReference(text: string): PartAddress | null {
  const match = /^([a-z][0-9]{1,9}):([0-9A-Za-z-]{1,14}):([0-9A-Za-z._-]{1,64})$/.exec(text);
  return match ? { folder: match[1]!, item: match[2]!, part: match[3]! } : null;
}
