/** A page of a list as the API answers it. */
interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Most items the API puts on a page. */
const MOST = 1000;

/**
 * Reads pages until there are `limit` items or no more. The result looks as one page: `next` is where to go on, null at the
 * end.
 */
export async function pagesOf<T>(
  limit: number,
  ask: (page: { limit: number; cursor?: string }) => Promise<Page<T>>,
): Promise<{ items: T[]; next: string | null }> {
  const items: T[] = [];
  let next: string | null = null;
  do {
    const wanted = Math.min(MOST, limit - items.length);
    const page: Page<T> = await ask({ limit: wanted, ...(next === null ? {} : { cursor: next }) });
    items.push(...page.items);
    next = page.next;
  } while (next !== null && items.length < limit);
  return { items, next };
}
