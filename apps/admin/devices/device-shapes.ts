import type { AnswerOf, Routes } from '#admin-api';
import type { DeviceView, SetAsideView } from '#store';

export type DeviceDetail = AnswerOf<Routes['GET /devices/{device}']>;
export type DeviceSummary = AnswerOf<Routes['GET /devices']>['items'][number];
export type SetAsideItem = AnswerOf<Routes['GET /set-aside']>['items'][number];

export const isoOf = (at: Date | null): string | null => at?.toISOString() ?? null;

/** A device as lists show it. */
export function summaryOf(view: DeviceView): DeviceSummary {
  const { wipe, createdAt, lastSeenAt, lastSyncAt, lastErrorAt, policyState } = view;
  return {
    ...view,
    wipe: wipe && { id: String(wipe.id), kind: wipe.kind, state: wipe.state },
    policyState: policyState as DeviceSummary['policyState'],
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    lastSyncAt: isoOf(lastSyncAt),
    lastErrorAt: isoOf(lastErrorAt),
  };
}

export const setAsideItemOf = (
  { device, tenant, user, deviceId, folder, item, reason, failures, at }: SetAsideView,
  folderName: string | null,
): SetAsideItem => ({
  ...{ device, tenant, user, deviceId, folder, folderName, item, reason, failures },
  at: at.toISOString(),
});
