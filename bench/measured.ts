/** How a number is shown and judged. */
export type Unit = 'ms' | 'MiB' | 'KiB' | '/s' | 'x' | '%';

/** What one case found for one server. */
export interface Measured {
  /** Names the row: `no-change-10000`. */
  readonly row: string;
  readonly title: string;
  readonly unit: Unit;
  readonly value: number;
  /** At most this (at least, for `/s`); absent where nothing was promised. */
  readonly budget?: number;
  /** The least it can cost, measured in the same run. */
  readonly bound?: { readonly what: string; readonly value: number };
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('a median of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** The value that so large a part (0 to 1) of them does not exceed. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

/** Milliseconds that `work` took, and what it gave. */
export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const begun = performance.now();
  const result = await work();
  return { ms: performance.now() - begun, result };
}

/** Runs `work` so many times, one after the other; the times in milliseconds. */
export async function times(count: number, work: (run: number) => Promise<unknown>): Promise<number[]> {
  const all: number[] = [];
  for (let run = 0; run < count; run++) all.push((await timed(() => work(run))).ms);
  return all;
}

/** Runs `work` for 0 to count-1, at most `width` at a time. */
export async function inParallel(
  count: number,
  width: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, worker));
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
