import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** A spreadsheet takes what begins so for a formula, and runs it for whoever opens the table. */
const FORMULA = /^[=+\-@\t\r]/;
const QUOTED = /[",\r\n]/;

/** One cell (RFC 4180 2). */
export function csvCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  const text = typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value);
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csvLine = (cells: readonly (string | number | boolean | null)[]): string =>
  `${cells.map(csvCell).join(',')}\r\n`;

/**
 * Sends a table as its rows come, at the pace of whoever reads it. What goes wrong before the first rows is thrown, and may
 * be answered; afterwards the connection is cut, so that nobody takes a part for the whole.
 */
export async function sendCsv(
  response: ServerResponse,
  name: string,
  header: readonly string[],
  batches: AsyncIterable<readonly (readonly (string | number | boolean | null)[])[]>,
): Promise<void> {
  const gone = new Promise<never>((_, reject) => {
    response.once('close', () => reject(new Error('the caller hung up')));
  });
  gone.catch(() => undefined);
  const begin = (): void => {
    if (response.headersSent) return;
    response.writeHead(200, {
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': `attachment; filename="${name}"`,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    response.write(csvLine(header));
  };
  try {
    for await (const rows of batches) {
      begin();
      if (!response.write(rows.map(csvLine).join(''))) await Promise.race([once(response, 'drain'), gone]);
      if (response.destroyed) return;
    }
    begin();
    response.end();
  } catch (error) {
    if (!response.headersSent) throw error;
    response.destroy();
  }
}
