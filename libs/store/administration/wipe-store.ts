import type { DeviceWipe, WipeKind } from '../device-control.js';
import type { DeviceIdentity } from '../types.js';
import { deviceToWipe, requestWipe, stepWipe, wipesInForce, wipesOfDevice } from '../wipe-statements.js';
import {
  wipeStatesInForce,
  wipeSteps,
  type WipeInForce,
  type WipeState,
  type WipeStep,
} from '../wipe-steps.js';
import type { OpenConnection } from './open-connection.js';

/** A wipe in the history of a device. */
export interface WipeRecord {
  readonly id: string;
  readonly identity: DeviceIdentity;
  readonly kind: WipeKind;
  readonly state: WipeState;
  readonly reason: string | null;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly approvedBy: string | null;
  readonly sentAt: Date | null;
  readonly finishedAt: Date | null;
  /** Null: not confirmed yet. */
  readonly verified: boolean | null;
}

/** A device as far as it matters for wiping it. */
export interface WipeableDevice {
  readonly identity: DeviceIdentity;
  /** Times ten, as it spoke last; null if it never told. */
  readonly protocolVersion: number | null;
  readonly wipe: DeviceWipe | null;
  /** Sealed. */
  readonly recoveryPassword: string | null;
}

interface WipeRow {
  readonly id: string;
  readonly tenant: string;
  readonly user_name: string;
  readonly device_id: string;
  readonly kind: WipeKind;
  readonly state: WipeState;
  readonly reason: string | null;
  readonly requested_by: string;
  readonly requested_at: Date;
  readonly approved_by: string | null;
  readonly sent_at: Date | null;
  readonly finished_at: Date | null;
  readonly verified: boolean | null;
}

interface DeviceRecord {
  readonly tenant: string;
  readonly user_name: string;
  readonly device_id: string;
  readonly protocol_version: number | null;
  readonly wipe: DeviceWipe | null;
  readonly recovery_password: string | null;
}

const identityOf = (row: Pick<WipeRow, 'tenant' | 'user_name' | 'device_id'>): DeviceIdentity => ({
  tenant: row.tenant,
  user: row.user_name,
  deviceId: row.device_id,
});

const recordOf = (row: WipeRow): WipeRecord => ({
  id: row.id,
  identity: identityOf(row),
  kind: row.kind,
  state: row.state,
  reason: row.reason,
  requestedBy: row.requested_by,
  requestedAt: row.requested_at,
  approvedBy: row.approved_by,
  sentAt: row.sent_at,
  finishedAt: row.finished_at,
  verified: row.verified,
});

export interface WipeRequest {
  readonly deviceRowId: string;
  readonly kind: WipeKind;
  /** Waits for a second administrator. */
  readonly waits: boolean;
  readonly reason: string | null;
  readonly by: string;
}

/** Wipes as administrators ask for them. What the device does about them is written by its actor. */
export class WipeStore {
  constructor(private readonly open: OpenConnection) {}

  /** Null if the device is unknown. */
  async device(deviceRowId: string): Promise<WipeableDevice | null> {
    const [row] = await (await this.open()).query<DeviceRecord>(deviceToWipe, [deviceRowId]);
    if (!row) return null;
    return {
      identity: identityOf(row),
      protocolVersion: row.protocol_version,
      wipe: row.wipe,
      recoveryPassword: row.recovery_password,
    };
  }

  /** Null if a wipe of the device is under way already, or the device is unknown. */
  async request({ deviceRowId, kind, waits, reason, by }: WipeRequest): Promise<WipeRecord | null> {
    const state: WipeState = waits ? 'waiting' : 'requested';
    const values = [deviceRowId, kind, state, reason, by];
    const [row] = await (await this.open()).query<WipeRow>(requestWipe, values);
    return row ? recordOf(row) : null;
  }

  /** Null if the wipe does not stand where the step can be made. */
  async step(wipeId: string, step: WipeStep, approvedBy: string | null = null): Promise<WipeRecord | null> {
    const { from, to } = wipeSteps[step];
    const [row] = await (await this.open()).query<WipeRow>(stepWipe, [wipeId, from, to, approvedBy, null]);
    return row ? recordOf(row) : null;
  }

  /** Newest first. */
  async ofDevice(deviceRowId: string): Promise<WipeRecord[]> {
    return (await (await this.open()).query<WipeRow>(wipesOfDevice, [deviceRowId])).map(recordOf);
  }

  /** Those that devices are to be told of. There are few at any time. */
  async inForce(): Promise<WipeInForce[]> {
    const rows = await (await this.open()).query<WipeRow>(wipesInForce, [wipeStatesInForce]);
    return rows.map((row) => ({ ...identityOf(row), kind: row.kind }));
  }
}
