import type { operations } from '#admin-api';
import type { AuditRow } from '#store';
import type { z } from 'zod';
import { tenantFor, type HandlersOf, type Principal } from '../call.js';
import { sendCsv } from '../csv.js';
import { listed } from '../devices/device-handlers.js';
import type { AdminParts } from '../parts.js';

type Asked = z.output<typeof operations.AuditFilter>;

const HEADER = [
  'at',
  'actor',
  'role',
  'address',
  'action',
  'tenant',
  'user',
  'device',
  'target',
  'reason',
  'details',
] as const;

const filterOf = ({ from, to, ...filter }: Asked, principal: Principal) => ({
  ...filter,
  tenant: tenantFor(principal, filter.tenant),
  from: from === undefined ? undefined : new Date(from),
  to: to === undefined ? undefined : new Date(to),
});

type AuditRole = z.output<typeof operations.AuditEntry>['role'];

const entryOf = ({ at, role, ...row }: AuditRow) => ({
  ...row,
  role: role as AuditRole,
  at: at.toISOString(),
  details: row.details as Record<string, never>,
});

const cellsOf = (row: AuditRow) => [
  row.at.toISOString(),
  row.actor,
  row.role,
  row.address,
  row.action,
  row.tenant,
  row.user,
  row.deviceId,
  row.target,
  row.reason,
  Object.keys(row.details).length === 0 ? null : JSON.stringify(row.details),
];

/** Who changed what. */
export function auditHandlers({
  stores: { audit },
}: AdminParts): HandlersOf<'GET /audit' | 'GET /audit.csv'> {
  return {
    'GET /audit': async ({ query: { cursor, limit, ...filter }, principal }) => {
      const page = await listed(audit.page(filterOf(filter, principal), { cursor, limit }));
      return { items: page.items.map(entryOf), next: page.next };
    },
    'GET /audit.csv': async ({ query, principal, response }) => {
      async function* batches() {
        for await (const rows of audit.all(filterOf(query, principal))) yield rows.map(cellsOf);
      }
      await sendCsv(response, 'audit.csv', HEADER, batches());
    },
  };
}
