import { createHash } from 'node:crypto';
import type { ItemChange } from '#backend';

/** An Add among all that are ever made. */
export interface Creation {
  /** The account, lest two that share a folder meet. */
  readonly account: string;
  readonly folder: string;
  /** The key the phone presented: ClientIds are unique within one request only (trap 24). */
  readonly presented: string;
  readonly clientId: string;
}

/**
 * The name of one creation, by which its source knows it again when the phone or this gateway tries once more: an event's
 * ClientUid, which stays across requests and keys (trap 87), else the ClientId under its key. A UUID in looks, so that it
 * may be a file's name and a UID anywhere.
 */
export function creationName({ account, folder, presented, clientId }: Creation, change: ItemChange): string {
  const uid = change.itemClass === 'Calendar' ? change.data.ClientUid : undefined;
  const own = uid === undefined || uid === '' ? ['ClientId', presented, clientId] : ['ClientUid', uid];
  const hash = createHash('sha256')
    .update(JSON.stringify([account, folder, ...own]))
    .digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(12, 16),
    hash.slice(16, 20),
    hash.slice(20, 32),
  ].join('-');
}
