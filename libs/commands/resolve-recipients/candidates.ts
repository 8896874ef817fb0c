import type { Directory, DirectoryEntry, Identity } from '#backend';
import type { ContactBook } from './contact-book.js';

export interface Candidate extends DirectoryEntry {
  /** One of the user's own contacts, not somebody of the directory (MS-ASCMD 2.2.3.187.4 Type). */
  readonly isContact: boolean;
}

/** Who a recipient may be. */
export interface Candidates {
  /** True: it is the only one that is left. */
  readonly isExact: boolean;
  readonly entries: readonly Candidate[];
  /** How many there are in all. */
  readonly total: number;
}

export interface Wanted {
  /** How many are told where it is not clear who is meant. */
  readonly suggestions: number;
  readonly pictures: boolean;
  readonly certificates: boolean;
}

/** To see whether one among several is named exactly so. */
const LOOKED_AT = 50;

const nobody: Candidates = { isExact: false, entries: [], total: 0 };

const folded = (text: string): string => text.trim().normalize('NFC').toLowerCase();

/** The address of `Ada <ada@example.org>`, or else what was given. */
const meant = (to: string): string => /<([^<>]+@[^<>]+)>\s*$/.exec(to)?.[1] ?? to;

/**
 * Who is looked for by To: in the directory, among the account's own addresses, which need none, and in the user's contacts.
 * The directory knows best: whom it tells is not told as a contact, too.
 */
export class Resolver {
  constructor(
    private readonly directory: Directory | null,
    private readonly identities: readonly Identity[],
    private readonly contacts: ContactBook,
  ) {}

  /** Throws BackendError. */
  async resolve(to: string, wanted: Wanted): Promise<Candidates> {
    const text = meant(to);
    if (folded(text) === '') return nobody;
    const limit = Math.max(wanted.suggestions, LOOKED_AT);
    const found = (await this.directory?.search({ text, limit })) ?? { entries: [], total: 0 };
    const listed = [...this.own(text, found.entries), ...found.entries].map(fromDirectory);
    const contacts = await this.contactsBeside(listed, text, wanted);
    const all = [...listed, ...contacts];
    const exact = theOne(text, all);
    const total = found.total + (all.length - found.entries.length);
    if (exact) return { isExact: true, entries: [await this.complete(exact, wanted)], total: 1 };
    const entries: Candidate[] = [];
    for (const entry of all.slice(0, wanted.suggestions)) {
      // Nobody is written to before it is clear who is meant.
      entries.push(await this.complete(entry, { ...wanted, certificates: false }));
    }
    return { isExact: false, entries, total };
  }

  /** The account's own addresses, as far as the directory does not tell more of them. */
  private own(text: string, known: readonly DirectoryEntry[]): DirectoryEntry[] {
    const told = new Set(known.map(({ emailAddress }) => folded(emailAddress)));
    const wanted = folded(text);
    const fits = ({ address, displayName }: Identity): boolean =>
      folded(address) === wanted || (displayName !== null && folded(displayName) === wanted);
    return this.identities
      .filter((identity) => fits(identity) && !told.has(folded(identity.address)))
      .map(({ address, displayName }) => ({ displayName: displayName ?? address, emailAddress: address }));
  }

  /** The contacts of whom the directory does not tell already, each address once. */
  private async contactsBeside(
    listed: readonly Candidate[],
    text: string,
    wanted: Wanted,
  ): Promise<readonly Candidate[]> {
    // Who has the address is clear: no contact can be meant instead.
    if (byAddress(text, listed)) return [];
    const told = new Set(listed.map(({ emailAddress }) => folded(emailAddress)));
    const found = await this.contacts.find(text, wanted);
    const fresh = found.filter(({ emailAddress }) => {
      const address = folded(emailAddress);
      return !told.has(address) && told.add(address);
    });
    return fresh.map((entry) => ({ ...entry, isContact: true }));
  }

  /** With photo and certificates, which are only read of those who are told; contacts come with all they have. */
  private async complete(
    entry: Candidate,
    { pictures, certificates }: Omit<Wanted, 'suggestions'>,
  ): Promise<Candidate> {
    if (entry.isContact || !this.directory || (!pictures && !certificates)) return entry;
    const { entries } = await this.directory.search({
      text: entry.emailAddress,
      limit: LOOKED_AT,
      ...(pictures && { pictures }),
      ...(certificates && { certificates }),
    });
    const address = folded(entry.emailAddress);
    const complete = entries.find(({ emailAddress }) => folded(emailAddress) === address);
    return complete ? fromDirectory(complete) : entry;
  }
}

const fromDirectory = (entry: DirectoryEntry): Candidate => ({ ...entry, isContact: false });

const byAddress = (text: string, entries: readonly Candidate[]): Candidate | undefined =>
  entries.find(({ emailAddress }) => folded(emailAddress) === folded(text));

/** By address; else the only one there is; else the only one who is named exactly so (ANR; MS-ASCMD 2.2.3.183). */
function theOne(text: string, entries: readonly Candidate[]): Candidate | null {
  const wanted = folded(text);
  const addressed = byAddress(text, entries);
  if (addressed) return addressed;
  if (entries.length === 1) return entries[0]!;
  const named = entries.filter(({ displayName, alias = '' }) =>
    [displayName, alias].some((name) => folded(name) === wanted),
  );
  return named.length === 1 ? named[0]! : null;
}
