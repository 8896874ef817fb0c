import type { DirectoryEntry } from '#backend';

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** How well an entry fits; less is better. */
function rank(entry: DirectoryEntry, typed: string): number {
  const names = [entry.displayName, entry.emailAddress, entry.alias, `${entry.lastName} ${entry.firstName}`];
  const parts = [entry.lastName, entry.firstName, entry.emailAddress.split('@')[0]];
  const fits = (values: readonly (string | undefined)[], test: (value: string) => boolean) =>
    values.some((value) => value !== undefined && test(fold(value)));
  if (fits(names, (value) => value === typed)) return 0;
  if (fits(parts, (value) => value === typed)) return 1;
  if (fits([...names, ...parts], (value) => value.startsWith(typed))) return 2;
  return 3;
}

/** Who is named so exactly before who is named so at the beginning; by name among equals, one entry an address. */
export function bestFirst(entries: readonly DirectoryEntry[], words: readonly string[]): DirectoryEntry[] {
  const typed = fold(words.join(' '));
  const byAddress = new Map(entries.map((entry) => [entry.emailAddress.toLowerCase(), entry]));
  const compare = new Intl.Collator('en').compare;
  return [...byAddress.values()]
    .map((entry) => ({ entry, rank: rank(entry, typed) }))
    .sort((a, b) => a.rank - b.rank || compare(a.entry.displayName, b.entry.displayName))
    .map(({ entry }) => entry);
}
