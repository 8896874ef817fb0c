import { ByteCollector, type ByteSource } from './byte-source.js';
import type { TableRow } from './table-row.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;

/** A field, and what ended it. */
function field(source: ByteSource, collector: ByteCollector): { value: Buffer; isLast: boolean } {
  let isQuoted = source.peek() === QUOTE;
  if (isQuoted) source.next();
  for (;;) {
    const byte = source.next();
    if (byte < 0) return { value: collector.take(), isLast: true };
    if (isQuoted) {
      if (byte !== QUOTE) collector.push(byte);
      else if (source.peek() === QUOTE) collector.push(source.next());
      else isQuoted = false;
    } else if (byte === COMMA || byte === LF) {
      return { value: collector.take(), isLast: byte === LF };
    } else if (byte !== CR) collector.push(byte);
  }
}

/** Rows of a CSV file (RFC 4180) whose first line names the columns; the table is called `states`. */
export function* csvRows(source: ByteSource): Generator<TableRow> {
  const collector = new ByteCollector();
  let names: string[] | null = null;
  while (source.peek() >= 0) {
    const { at } = source;
    const fields: Buffer[] = [];
    for (let isLast = false; !isLast;) {
      const read = field(source, collector);
      fields.push(read.value);
      isLast = read.isLast;
    }
    if (names === null)
      names = fields.map((name) =>
        name
          .toString('latin1')
          .replace(/^\u00ef\u00bb\u00bf/, '')
          .toLowerCase(),
      );
    else
      yield {
        table: 'states',
        values: new Map(names.map((name, index) => [name, fields[index] ?? null])),
        at,
      };
  }
}
