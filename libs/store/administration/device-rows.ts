import type { DeviceWipe, Standing } from '../device-control.js';
import type { Json } from '../types.js';

/** A device as lists show it. */
export interface DeviceView {
  readonly id: string;
  readonly tenant: string;
  readonly user: string;
  readonly deviceId: string;
  readonly deviceType: string;
  readonly model: string | null;
  readonly os: string | null;
  readonly friendlyName: string | null;
  readonly userAgent: string;
  /** `16.1`. */
  readonly protocolVersion: string | null;
  readonly standing: Standing;
  readonly standingReason: string;
  readonly decision: Standing | null;
  readonly wipe: DeviceWipe | null;
  readonly policyState: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly lastSyncAt: Date | null;
  readonly lastError: string | null;
  readonly lastErrorAt: Date | null;
}

/** All of a device's row. */
export interface DeviceWhole extends DeviceView {
  readonly accountId: string;
  readonly accountEnabled: boolean;
  readonly exempt: boolean;
  /** As the phone sent it. */
  readonly information: Json;
  /** Belongs to libs/device. */
  readonly state: Json;
  readonly policyId: string | null;
  /** Null without a policy row: that of the configuration. */
  readonly policyName: string | null;
  readonly hasRecoveryPassword: boolean;
  readonly traceUntil: Date | null;
}

export interface DeviceViewRow {
  readonly id: string;
  readonly tenant: string;
  readonly user_name: string;
  readonly device_id: string;
  readonly device_type: string;
  readonly model: string | null;
  readonly os: string | null;
  readonly friendly_name: string | null;
  readonly user_agent: string;
  readonly protocol_version: number | null;
  readonly standing: Standing;
  readonly standing_reason: string;
  readonly decision: Standing | null;
  readonly wipe: DeviceWipe | null;
  readonly policy_state: string;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly last_sync_at: Date | null;
  readonly last_error: string | null;
  readonly last_error_at: Date | null;
}

export interface DeviceWholeRow extends DeviceViewRow {
  readonly account_id: string;
  readonly enabled: boolean;
  readonly exempt: boolean;
  readonly information: Json;
  readonly state: Json;
  readonly policy_id: string | null;
  readonly policy_name: string | null;
  readonly has_recovery_password: boolean;
  readonly trace_until: Date | null;
}

/** Never `d.*`: states are large and of no use in a list. */
export const VIEW_COLUMNS = `d.id, d.tenant, d.user_name, d.device_id, d.device_type, d.model, d.os, d.friendly_name,
  d.user_agent, d.protocol_version, d.standing, d.standing_reason, d.decision, d.wipe, d.policy_state, d.created_at,
  d.last_seen_at, d.last_sync_at, d.last_error, d.last_error_at`;

export const viewOf = (row: DeviceViewRow): DeviceView => ({
  id: row.id,
  tenant: row.tenant,
  user: row.user_name,
  deviceId: row.device_id,
  deviceType: row.device_type,
  model: row.model,
  os: row.os,
  friendlyName: row.friendly_name,
  userAgent: row.user_agent,
  protocolVersion: row.protocol_version === null ? null : (row.protocol_version / 10).toFixed(1),
  standing: row.standing,
  standingReason: row.standing_reason,
  decision: row.decision,
  wipe: row.wipe,
  policyState: row.policy_state,
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at,
  lastSyncAt: row.last_sync_at,
  lastError: row.last_error,
  lastErrorAt: row.last_error_at,
});

export const wholeOf = (row: DeviceWholeRow): DeviceWhole => ({
  ...viewOf(row),
  accountId: row.account_id,
  accountEnabled: row.enabled,
  exempt: row.exempt,
  information: row.information,
  state: row.state,
  policyId: row.policy_id,
  policyName: row.policy_name,
  hasRecoveryPassword: row.has_recovery_password,
  traceUntil: row.trace_until,
});
