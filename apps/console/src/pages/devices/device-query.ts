/** The filters of the list, as the API names them. */
export const filterNames = [
  'q',
  'tenant',
  'user',
  'model',
  'os',
  'deviceType',
  'protocolVersion',
  'standing',
  'wipe',
  'policyState',
  'failing',
  'seenAfter',
  'seenBefore',
  'seen',
] as const;

export type Query = Readonly<Record<string, string>>;

/** Milliseconds; `seen` in the page's address is a span, so that a bookmark does not grow old. */
const spans: Readonly<Record<string, readonly ['seenAfter' | 'seenBefore', number]>> = {
  hour: ['seenAfter', 3_600_000],
  day: ['seenAfter', 86_400_000],
  'not-week': ['seenBefore', 7 * 86_400_000],
  'not-month': ['seenBefore', 30 * 86_400_000],
};

/** What the API is asked for what stands in the page's address. To the minute: the same address gives the same query. */
export function queryOf(values: Query, now: number = Date.now()): Query {
  const { seen, ...query } = values;
  const span = seen === undefined ? undefined : spans[seen];
  if (!span) return query;
  const [name, past] = span;
  return { ...query, [name]: new Date(Math.floor((now - past) / 60_000) * 60_000).toISOString() };
}

/** The order in force; times begin with the newest, names with A. */
export function sortOf({ sort = 'lastSeenAt', order }: Query): { by: string; order: 'asc' | 'desc' } {
  const natural = sort === 'user' || sort === 'model' ? 'asc' : 'desc';
  return { by: sort, order: order === 'asc' || order === 'desc' ? order : natural };
}
