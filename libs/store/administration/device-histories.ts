import type { Standing, WipeKind } from '../device-control.js';

/** A wipe that was asked for, whatever became of it. */
export interface WipeView {
  readonly id: string;
  readonly tenant: string;
  readonly user: string;
  readonly deviceId: string;
  readonly kind: WipeKind;
  readonly state: 'waiting' | 'requested' | 'sent' | 'confirmed' | 'failed' | 'cancelled';
  readonly reason: string | null;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly approvedBy: string | null;
  readonly sentAt: Date | null;
  readonly finishedAt: Date | null;
  readonly verified: boolean | null;
}

/** $1 device row, $2 at most. */
export const wipesOfDevice = `
  SELECT id, tenant, user_name AS "user", device_id AS "deviceId", kind, state, reason, requested_by AS "requestedBy",
         requested_at AS "requestedAt", approved_by AS "approvedBy", sent_at AS "sentAt", finished_at AS "finishedAt",
         verified
    FROM wipes WHERE device_row_id = $1::bigint ORDER BY id DESC LIMIT $2`;

/** A folder of somebody else's that a device is shown. */
export interface ShareView {
  readonly id: string;
  /** Null: all devices of the user are. */
  readonly device: string | null;
  readonly itemClass: 'Email' | 'Calendar' | 'Contacts' | 'Tasks' | 'Notes';
  readonly path: string;
  readonly name: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** $1 account, $2 device row. */
export const sharesOfDevice = `
  SELECT id, device_row_id AS device, item_class AS "itemClass", path, name, created_by AS "createdBy",
         created_at AS "createdAt"
    FROM shared_folders WHERE account_id = $1::bigint AND (device_row_id IS NULL OR device_row_id = $2::bigint)
   ORDER BY id`;

/** Counts of the moment. */
export interface DeviceCounts {
  readonly devices: number;
  readonly devicesActive: number;
  readonly users: number;
  readonly byStanding: Readonly<Partial<Record<Standing, number>>>;
  readonly byVersion: Readonly<Record<string, number>>;
  readonly byType: Readonly<Record<string, number>>;
  readonly wipesPending: number;
  readonly setAside: number;
  readonly policyPending: number;
}
