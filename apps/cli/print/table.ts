import type { Paint } from '../doctor/print.js';
import { fill, printable, truncate, widthOf } from './width.js';

type Style = Parameters<Paint>[0];

/** A column of a table: how its cells are made from a row. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | null | undefined;
  readonly align?: 'left' | 'right';
  readonly style?: (row: Row) => Style | null;
  /** Columns of the terminal it keeps at least when there is too little room; unless given as many as it wants. */
  readonly least?: number;
}

export interface TableOptions {
  /** Columns of the terminal; absent for a pipe, where nothing is cut off. */
  readonly columns?: number | undefined;
  readonly paint: Paint;
}

const GAP = '  ';

/** Takes from the widest columns that can give, one at a time, until all fit. */
function fitted(wanted: readonly number[], least: readonly number[], room: number): number[] {
  const widths = [...wanted];
  let excess = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1) - room;
  while (excess > 0) {
    let widest = -1;
    widths.forEach((width, index) => {
      if (width > least[index]! && (widest < 0 || width > widths[widest]!)) widest = index;
    });
    if (widest < 0) break;
    widths[widest]!--;
    excess--;
  }
  return widths;
}

const textOf = (value: string | number | null | undefined): string =>
  value === null || value === undefined || value === '' ? '-' : printable(String(value));

/** Lines of a table: a head, and a line a row. On a terminal they are cut to its width. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { columns: room, paint }: TableOptions,
): string[] {
  const cells = rows.map((row) => columns.map((column) => textOf(column.value(row))));
  const wanted = columns.map(({ title }, index) =>
    cells.reduce((width, line) => Math.max(width, widthOf(line[index]!)), widthOf(title)),
  );
  const least = columns.map((column, index) => Math.min(column.least ?? wanted[index]!, wanted[index]!));
  const widths = room === undefined ? wanted : fitted(wanted, least, room);
  const line = (texts: readonly string[], style: (index: number) => Style | null): string => {
    const shown = texts.map((text, index) => {
      const isLast = index === columns.length - 1;
      const cut = truncate(text, widths[index]!);
      const side = columns[index]!.align ?? 'left';
      const filled = isLast && side === 'left' ? cut : fill(cut, widths[index]!, side);
      const wish = style(index);
      return wish ? paint(wish, filled) : filled;
    });
    return shown.join(GAP);
  };
  const head = line(
    columns.map(({ title }) => title),
    () => 'bold',
  );
  return [
    head,
    ...cells.map((texts, row) => line(texts, (index) => columns[index]!.style?.(rows[row]!) ?? null)),
  ];
}

/** Names and values below each other, values in one line up. What is null is left out. */
export function factLines(
  facts: readonly (readonly [name: string, value: string | number | null | undefined])[],
  paint: Paint,
): string[] {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(0, ...known.map(([name]) => widthOf(name)));
  return known.map(([name, value]) => `${paint('dim', fill(name, width))}  ${printable(String(value))}`);
}
