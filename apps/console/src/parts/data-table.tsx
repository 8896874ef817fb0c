import type { ReactNode } from 'react';
import { Icon } from '../frame/icon.js';

export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => ReactNode;
  /** Name of the order it can be sorted by. */
  readonly sort?: string;
  readonly align?: 'end';
  /** Never broken into lines. */
  readonly isShort?: boolean;
  /** The row's name: what a screen reader says of it. */
  readonly isName?: boolean;
}

export interface Sorting {
  readonly by: string;
  readonly order: 'asc' | 'desc';
  readonly change: (by: string) => void;
}

/**
 * A table with a head that stays in sight. On a narrow screen each row becomes a card; the roles are written out because
 * browsers take a table's meaning away when it is laid out otherwise.
 */
export function DataTable<T>({
  caption,
  columns,
  rows,
  keyOf,
  sorting,
  isStale = false,
}: {
  /** For screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly sorting?: Sorting;
  /** Newer rows are on their way. */
  readonly isStale?: boolean;
}) {
  return (
    <div className="table-frame" data-stale={isStale || undefined} aria-busy={isStale}>
      <table role="table" aria-label={caption}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ title, sort, align }) => (
              <th
                key={title}
                role="columnheader"
                scope="col"
                data-align={align}
                aria-sort={sort !== undefined ? ariaSort(sort, sorting) : undefined}
              >
                {sort !== undefined && sorting ? (
                  <button type="button" onClick={() => sorting.change(sort)}>
                    {title}
                    {sorting.by === sort && <Icon name={sorting.order === 'asc' ? 'up' : 'down'} />}
                  </button>
                ) : (
                  title
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr role="row" key={keyOf(row)}>
              {columns.map(({ title, cell, align, isName, isShort }) => (
                <td
                  key={title}
                  role={isName ? 'rowheader' : 'cell'}
                  data-label={title}
                  data-align={align}
                  data-name={isName || undefined}
                  data-short={isShort || undefined}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ariaSort(sort: string, sorting: Sorting | undefined): 'ascending' | 'descending' | 'none' {
  if (sorting?.by !== sort) return 'none';
  return sorting.order === 'asc' ? 'ascending' : 'descending';
}

/** Below a list that has more pages. */
export function More({
  pages,
}: {
  readonly pages: { readonly hasMore: boolean; readonly isLoading: boolean; readonly more: () => void };
}) {
  if (!pages.hasMore) return null;
  return (
    <div className="more">
      <button type="button" className="button" onClick={pages.more} disabled={pages.isLoading}>
        {pages.isLoading ? 'Loading…' : 'Show more'}
      </button>
    </div>
  );
}
