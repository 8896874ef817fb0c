import { BackendError } from '#backend';
import { spelled, statusItems } from './mailbox-list.js';
import { text, texts, type Untagged } from './nodes.js';
import { quote } from './quoting.js';
import type { Session } from './session.js';

/** The STATUS item that tells a mailbox's identity; null where the server has none. */
export type IdentityItem = 'MAILBOXID' | 'X-GUID' | null;

/** What is known of one server, for all its accounts. */
export class ServerTraits {
  /** Undefined until somebody asked. */
  identityItem: IdentityItem | undefined;
}

/** Identities of an account's mailboxes that were told before; one path under one UIDVALIDITY is one mailbox. */
export class KnownIdentities {
  readonly #known = new Map<string, { readonly uidValidity: string; readonly identity: string }>();

  of(path: string, uidValidity: string | undefined): string | null {
    const known = this.#known.get(path);
    return known !== undefined && known.uidValidity === uidValidity ? known.identity : null;
  }

  /** Replaces all that was known: mailboxes that are not named are gone. */
  replace(identities: ReadonlyMap<string, string>, uidValidities: ReadonlyMap<string, string>): void {
    this.#known.clear();
    for (const [path, identity] of identities) {
      const uidValidity = uidValidities.get(path);
      if (uidValidity !== undefined) this.#known.set(path, { uidValidity, identity });
    }
  }
}

/**
 * Which item tells identities here: MAILBOXID (RFC 8474); on Dovecot before 2.4, which has no OBJECTID, its own X-GUID.
 * Servers that know neither say BAD once for all their accounts.
 */
export async function identityItem(session: Session, traits: ServerTraits): Promise<IdentityItem> {
  if (session.has('OBJECTID')) return 'MAILBOXID';
  if (traits.identityItem !== undefined) return traits.identityItem;
  let told = false;
  try {
    await session.run('STATUS', 'INBOX (X-GUID)', (name, untagged) => {
      if (name !== 'STATUS') return false;
      told = statusItems(untagged).has('X-GUID');
      return true;
    });
  } catch (error) {
    // "Not now" says nothing about tomorrow, and no Inbox nothing about the server.
    const refused = error instanceof BackendError && error.kind === 'invalid';
    if (!refused) throw error;
  }
  return (traits.identityItem = told ? 'X-GUID' : null);
}

/** Identities by path, asked one by one but all at once: a round trip for a hundred mailboxes. */
export async function askIdentities(
  session: Session,
  item: Exclude<IdentityItem, null>,
  paths: readonly string[],
): Promise<Map<string, string>> {
  const identities = new Map<string, string>();
  const wanted = new Set(paths);
  await session.wire.runAll(
    paths.map((path) => `STATUS ${quote(path)} (${item})`),
    (name, untagged) => {
      if (name !== 'STATUS') return false;
      const path = spelled(text(untagged.attributes?.[0]) ?? '');
      const identity = readIdentity(untagged, item);
      if (identity !== null && wanted.has(path)) identities.set(path, identity);
      return true;
    },
  );
  return identities;
}

/** An objectid of RFC 8474 4, or null for what is none: servers were seen that print anything in its place. */
function readIdentity(untagged: Untagged, item: Exclude<IdentityItem, null>): string | null {
  const value = statusItems(untagged).get(item);
  const identity = text(value) ?? texts(value)[0] ?? '';
  return /^[A-Za-z0-9_-]{1,255}$/.test(identity) ? identity : null;
}
