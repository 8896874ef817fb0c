/** A row of a table: values by the names of their columns, null where there is none. */
export interface TableRow {
  readonly table: string;
  readonly values: ReadonlyMap<string, Buffer | null>;
  /** Byte of the file it begins at. */
  readonly at: number;
}
