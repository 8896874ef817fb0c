import type { ServerResponse } from 'node:http';
import type { DeviceView } from '#store';
import { sendCsv } from '../csv.js';
import { summaryOf } from './device-shapes.js';

const COLUMNS = [
  'id',
  'tenant',
  'user',
  'deviceId',
  'deviceType',
  'model',
  'os',
  'friendlyName',
  'userAgent',
  'protocolVersion',
  'standing',
  'standingReason',
  'decision',
  'policyState',
  'createdAt',
  'lastSeenAt',
  'lastSyncAt',
  'lastError',
  'lastErrorAt',
] as const;

const rowOf = (view: DeviceView): (string | null)[] => {
  const summary = summaryOf(view);
  return [...COLUMNS.map((name) => summary[name]), summary.wipe?.kind ?? null, summary.wipe?.state ?? null];
};

async function* rows(batches: AsyncIterable<readonly DeviceView[]>) {
  for await (const batch of batches) yield batch.map(rowOf);
}

/** All devices of the batches as a table. */
export const sendDevicesCsv = (
  response: ServerResponse,
  batches: AsyncIterable<readonly DeviceView[]>,
): Promise<void> => sendCsv(response, 'devices.csv', [...COLUMNS, 'wipe', 'wipeState'], rows(batches));
