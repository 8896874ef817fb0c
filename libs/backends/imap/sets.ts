/** A UID set as IMAP writes it; `numbers` in any order, each once. Runs become ranges: `1:4,9`. */
export function compactSet(numbers: Iterable<number>): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const ranges: string[] = [];
  for (let index = 0; index < sorted.length;) {
    const first = sorted[index] ?? 0;
    let last = first;
    while (sorted[index + 1] === last + 1) {
      last += 1;
      index += 1;
    }
    ranges.push(first === last ? String(first) : `${first}:${last}`);
    index += 1;
  }
  return ranges.join(',');
}

/** Sets of at most `maxLength` characters: servers limit the length of a command line. */
export function compactSets(numbers: Iterable<number>, maxLength = 4_000): string[] {
  const sets: string[] = [];
  let current = '';
  for (const range of compactSet(numbers).split(',')) {
    if (range === '') break;
    if (current !== '' && current.length + range.length >= maxLength) {
      sets.push(current);
      current = '';
    }
    current += current === '' ? range : `,${range}`;
  }
  if (current !== '') sets.push(current);
  return sets;
}

/** The ranges of a set a server wrote; what is not a number or a range is left out. `*` never occurs in answers. */
export function ranges(set: string): [number, number][] {
  const result: [number, number][] = [];
  for (const part of set.split(',')) {
    const match = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(part);
    if (match === null) continue;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    result.push(first <= last ? [first, last] : [last, first]);
  }
  return result;
}

/** The numbers of a set a server wrote, at most `limit` of them: `1:4294967295` is a short text, too. */
export function expandSet(set: string, limit = 1_000_000): number[] {
  const numbers: number[] = [];
  for (const [first, last] of ranges(set)) {
    for (let each = first; each <= last && numbers.length < limit; each += 1) numbers.push(each);
  }
  return numbers;
}

/** How many numbers a set has. */
export const countSet = (set: string): number =>
  ranges(set).reduce((sum, [first, last]) => sum + last - first + 1, 0);
