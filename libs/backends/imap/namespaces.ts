import type { Namespace, Wire } from './wire.js';

/** Whose folders are whose: what the names of mailboxes begin with (NAMESPACE, RFC 2342). */
export class Namespaces {
  /** What the names of the user's own mailboxes begin with: nothing, or `INBOX.`. */
  readonly personal: Namespace;
  /** Other users' and public folders. */
  readonly foreign: readonly Namespace[];

  constructor({ namespaces }: Pick<Wire, 'namespaces'>) {
    this.personal = namespaces.personal[0] ?? { prefix: '', delimiter: null };
    this.foreign = [...namespaces.other, ...namespaces.shared].filter(
      ({ prefix }) => prefix !== this.personal.prefix,
    );
  }

  /**
   * Whether a mailbox is another user's or public. The longest prefix decides: Cyrus and Courier give public folders the
   * empty one where the user's own begin with `INBOX.`.
   */
  isForeign(path: string): boolean {
    if (path.toUpperCase() === 'INBOX') return false;
    const own = startsWith(path, this.personal) ? this.personal.prefix.length : -1;
    return this.foreign.some((space) => space.prefix.length > own && startsWith(path, space));
  }
}

/** `Other Users` is in the namespace `Other Users/`, too. */
const startsWith = (path: string, { prefix, delimiter }: Namespace): boolean =>
  path.startsWith(prefix) || (delimiter !== null && path + delimiter === prefix);
