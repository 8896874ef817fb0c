const DAY = 86_400_000;
const spans: Readonly<Record<string, number>> = { hour: DAY / 24, day: DAY, week: 7 * DAY, month: 31 * DAY };

/**
 * What the API is asked for what stands in the page's address, where a time is a span, so that a bookmark does not grow
 * old. To the minute: the same address gives the same query.
 */
export function auditQuery(
  { span, ...query }: Readonly<Record<string, string>>,
  now: number = Date.now(),
): Readonly<Record<string, string>> {
  const past = span === undefined ? undefined : spans[span];
  if (past === undefined) return query;
  return { ...query, from: new Date(Math.floor((now - past) / 60_000) * 60_000).toISOString() };
}
