const byMail: Readonly<Record<number, string>> = {
  0: 'everything',
  1: '1 day',
  2: '3 days',
  3: '1 week',
  4: '2 weeks',
  5: '1 month',
  6: '3 months',
  7: '6 months',
  8: 'incomplete tasks',
};

/** How far back a phone looks in a folder (MS-ASCMD FilterType). */
export const sayFilter = (filterType: number | null): string =>
  filterType === null ? '–' : (byMail[filterType] ?? String(filterType));
