import type { MailQuery } from '#backend';

/** The query with names of categories turned into keywords. */
export async function mapKeywords(
  query: MailQuery,
  keywordOf: (name: string) => Promise<string>,
): Promise<MailQuery> {
  const all = (parts: readonly MailQuery[]): Promise<MailQuery[]> =>
    Promise.all(parts.map((part) => mapKeywords(part, keywordOf)));
  if ('all' in query) return { all: await all(query.all) };
  if ('any' in query) return { any: await all(query.any) };
  if ('not' in query) return { not: await mapKeywords(query.not, keywordOf) };
  return 'keyword' in query ? { keyword: await keywordOf(query.keyword) } : query;
}
