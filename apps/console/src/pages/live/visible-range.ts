/** Rows drawn above and below what is seen, so that scrolling shows no gap. */
const SPARE = 8;

/** Which rows of a long list are in sight: `from` the first, `to` the one after the last. */
export function visibleRange(
  top: number,
  height: number,
  rowHeight: number,
  count: number,
): { from: number; to: number } {
  const from = Math.max(0, Math.min(count, Math.floor(top / rowHeight) - SPARE));
  const to = Math.max(from, Math.min(count, Math.ceil((top + height) / rowHeight) + SPARE));
  return { from, to };
}
