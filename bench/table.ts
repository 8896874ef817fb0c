import type { Measured, Unit } from './measured.js';

export interface Column {
  readonly target: string;
  readonly measured: readonly Measured[];
}

export const passes = ({ unit, value, budget }: Measured): boolean | null => {
  if (budget === undefined) return null;
  return unit === '/s' ? value >= budget : value <= budget;
};

const digits = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(2);
const show = (value: number, unit: Unit): string => `${digits(value)} ${unit}`;
const verdicts = new Map([
  [true, 'pass'],
  [false, 'FAIL'],
  [null, ''],
]);

/** The rows of the first server, judged, with the others' numbers beside them. */
export function table(columns: readonly Column[]): string {
  const [first, ...others] = columns;
  if (!first) return '';
  const head = ['what', first.target, 'bound', 'ratio', 'budget', '', ...others.map(({ target }) => target)];
  const rows = first.measured.map((one) => {
    const { title, unit, value, bound, budget, row } = one;
    const beside = others.map(({ measured }) => measured.find((other) => other.row === row));
    return [
      title,
      show(value, unit),
      bound ? `${show(bound.value, unit)} (${bound.what})` : '',
      bound ? `${(value / bound.value).toFixed(1)}x` : '',
      budget === undefined ? '' : `${unit === '/s' ? '>=' : '<='} ${show(budget, unit)}`,
      verdicts.get(passes(one)) ?? '',
      ...beside.map((other) => (other ? show(other.value, unit) : '-')),
    ];
  });
  return aligned([head, ...rows]);
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}
