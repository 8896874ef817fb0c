import { openSync, readSync, closeSync } from 'node:fs';
import { ByteSource } from './byte-source.js';
import { csvRows } from './csv-rows.js';
import { sqlRows } from './sql-rows.js';
import type { ZPushState } from './zpush-states.js';

const HEAD_BYTES = 4096;

function headOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.toString('latin1', 0, readSync(file, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

const HEX = /^(?:\\x|0x)((?:[0-9a-f]{2})+)$/i;

/** PostgreSQL writes bytes as `\x4f3a`, MySQL on request as `0x4F3A`. */
function bytesOf(value: Buffer): Buffer {
  const first = value[0];
  if (first !== 0x5c && first !== 0x30) return value;
  const hex = HEX.exec(value.toString('latin1'));
  return hex ? Buffer.from(hex[1]!, 'hex') : value;
}

/** States of use in a dump of Z-Push's SQL tables, or its states table as CSV, one at a time. */
export function* tableStates(path: string): Generator<ZPushState> {
  const head = headOf(path);
  const isCsv = /^\ufeff?"?[a-z_]+"?,/i.test(head) && /^[^\n]*device_id/i.test(head);
  const source = new ByteSource(path);
  try {
    const rows = isCsv ? csvRows(source) : sqlRows(source, /PostgreSQL/.test(head));
    for (const { table, values, at } of rows) {
      if (!/states$/i.test(table)) continue;
      const [deviceId, type, data] = ['device_id', 'state_type', 'state_data'].map((name) =>
        values.get(name),
      );
      if (!deviceId || !type || !data) continue;
      const where = `${path}, byte ${at}`;
      yield {
        deviceId: deviceId.toString('latin1'),
        type: type.toString('latin1'),
        data: bytesOf(data),
        where,
      };
    }
  } finally {
    source.close();
  }
}
