import type {
  DeviceControl,
  DeviceFacts,
  DeviceWipe,
  PolicyMark,
  SharedFolderRow,
  Standing,
} from './device-control.js';
import type { CollectionRow, FolderRow, Json } from './types.js';

/** A device as `loadDevice` gives it. */
export interface LoadedRow {
  readonly id: string;
  readonly account_id: string;
  readonly version: number;
  readonly state: Json;
  readonly collections: CollectionRow[] | null;
  readonly decision: string | null;
  readonly standing: string;
  readonly standing_reason: string;
  readonly exempt: boolean;
  readonly wipe: Json;
  readonly enabled: boolean;
  readonly device_type: string;
  readonly user_agent: string;
  readonly protocol_version: number | null;
  readonly model: string | null;
  readonly os: string | null;
  readonly policy_id: string | null;
  readonly policy_state: string;
  readonly last_seen_at: Date;
  readonly last_sync_at: Date | null;
  readonly shares: SharedFolderRow[] | null;
  readonly folders: FolderRow[] | null;
}

export const controlOf = (
  row: Pick<LoadedRow, 'decision' | 'standing' | 'standing_reason' | 'exempt' | 'wipe' | 'enabled'>,
): DeviceControl => ({
  decision: row.decision as Standing | null,
  standing: row.standing as Standing,
  standingReason: row.standing_reason,
  exempt: row.exempt,
  wipe: row.wipe as DeviceWipe | null,
  accountEnabled: row.enabled,
});

export const markOf = (policyId: string | null, policyState: string): PolicyMark => ({
  policyId,
  policyState: policyState as PolicyMark['policyState'],
});

export const factsOf = (
  row: Pick<LoadedRow, 'device_type' | 'user_agent' | 'protocol_version' | 'model' | 'os'>,
): DeviceFacts => ({
  deviceType: row.device_type,
  userAgent: row.user_agent,
  protocolVersion: row.protocol_version,
  model: row.model ?? '',
  os: row.os ?? '',
});
