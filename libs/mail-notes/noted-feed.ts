import type { ChangePage, FeedEntry } from '#backend';
import type { NotedRow } from '#store';
import { isNoted, withRevision } from './noted-version.js';

/** Mails of a page about which the store has to be asked. */
export const notedIn = ({ changed }: ChangePage): string[] =>
  changed.filter(({ version }) => isNoted(version)).map(({ id }) => id);

/** Mails that phones know by another id, by that id. */
export const livingAliases = (rows: readonly NotedRow[]): ReadonlyMap<string, NotedRow> =>
  new Map(rows.flatMap((row) => (row.stable === null || row.gone ? [] : [[row.stable, row] as const])));

/** A page as phones are to see it, and the mails with a stable id that are gone by it. */
export interface NotedPage {
  readonly page: ChangePage;
  readonly gone: readonly string[];
}

/** Tells a page of the source in stable ids, with versions that tell of notes, too. `rows` are those of its mails. */
export function noted(page: ChangePage, rows: readonly NotedRow[]): NotedPage {
  const byItem = new Map(rows.map((row) => [row.item, row]));
  const aliases = livingAliases(rows);
  const removed = new Set(page.removed);
  const present = new Set(page.changed.map(({ id }) => id));
  const told = (entry: FeedEntry): FeedEntry => {
    const row = isNoted(entry.version) ? byItem.get(entry.id) : undefined;
    if (!row) return entry;
    const version = withRevision(entry.version, row.revision);
    return { ...entry, id: row.stable ?? entry.id, version };
  };
  // Whoever replaced it had no time to delete the old one: the new one stands for both.
  const isReplaced = ({ id }: FeedEntry): boolean => {
    const row = aliases.get(id);
    return row !== undefined && (page.listed ? present.has(row.item) : !removed.has(row.item));
  };
  // The id lives on in another message.
  const livesOn = (id: string): boolean => {
    const row = aliases.get(id);
    return row !== undefined && !removed.has(row.item);
  };
  return {
    page: {
      ...page,
      changed: page.changed.filter((entry) => !isReplaced(entry)).map(told),
      removed: page.removed.filter((id) => !livesOn(id)).map((id) => byItem.get(id)?.stable ?? id),
    },
    gone: [...aliases.values()].map(({ item }) => item).filter((item) => removed.has(item)),
  };
}

/** Pages of a listing as one: items that were told and then removed are not there. */
export function joined(pages: readonly ChangePage[]): ChangePage {
  const changed = new Map<string, FeedEntry>();
  const removed = new Set<string>();
  for (const page of pages) {
    for (const id of page.removed) {
      changed.delete(id);
      removed.add(id);
    }
    for (const entry of page.changed) {
      changed.set(entry.id, entry);
      removed.delete(entry.id);
    }
  }
  const { cursor, more } = pages.at(-1)!;
  const listed = { from: null, to: null };
  return { changed: [...changed.values()], removed: [...removed], cursor, more, listed };
}
