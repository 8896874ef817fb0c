import type { z } from 'zod';
import type { devices } from '#admin-api';
import { runApi, type Api } from '../api/run.js';
import { timeOf } from '../print/time.js';
import { printable } from '../print/width.js';
import { deviceIdOf, type DeviceOptions } from './find-device.js';

/** As the options of `devices show` are named. */
export interface ShowOptions extends DeviceOptions {
  readonly timeline?: number;
}

export type DeviceDetail = z.output<typeof devices.DeviceDetail>;
type TimelineEvent = z.output<typeof devices.TimelineEvent>;

const DECISION = 'by decision of an administrator';

function identityLines(api: Api, device: DeviceDetail): string[] {
  const { facts, standing, standingReason, decision, exempt, policy, policyState } = device;
  return api.facts([
    ['number', device.id],
    ['tenant', device.tenant],
    ['user', device.accountEnabled ? device.user : `${device.user} (ActiveSync is switched off)`],
    ['device id', device.deviceId],
    ['type', device.deviceType],
    ['model', device.model],
    ['name', device.friendlyName],
    ['system', device.os],
    ['user agent', device.userAgent],
    ['IMEI', facts.imei],
    ['phone number', facts.phoneNumber],
    ['operator', facts.mobileOperator],
    ['language', facts.osLanguage],
    ['protocol', device.protocolVersion],
    [
      'access',
      `${standing} (${decision === null ? standingReason : DECISION})${exempt ? ', exempt from policies' : ''}`,
    ],
    ['policy', `${policy.name}: ${policyState}${policy.acknowledged ? ', acknowledged' : ''}`],
    ['recovery pwd', device.hasRecoveryPassword ? 'kept' : null],
    ['first seen', timeOf(device.createdAt)],
    ['last seen', timeOf(device.lastSeenAt)],
    ['last sync', timeOf(device.lastSyncAt)],
    ['last error', device.lastError === null ? null : `${device.lastError} (${timeOf(device.lastErrorAt)})`],
    ['trace until', timeOf(device.traceUntil)],
    ['health', device.health.join(', ')],
  ]);
}

const section = (api: Api, title: string, lines: readonly string[]): string[] =>
  lines.length <= 1 ? [] : ['', api.paint('bold', title), ...lines];

type Folder = DeviceDetail['folders'][number];

const troubleOf = ({ retries, cap, failing }: Folder): string =>
  [
    ...(retries > 2 ? [`asked again ${retries} times`] : []),
    ...(cap === null ? [] : [`held to ${cap} at a time`]),
    ...(failing > 0 ? [`${failing} failing`] : []),
  ].join(', ');

function folderLines(api: Api, folders: readonly Folder[]): string[] {
  if (folders.length === 0) return [];
  return api.table(
    [
      { title: 'FOLDER', value: ({ id }) => id },
      { title: 'CLASS', value: ({ itemClass }) => itemClass },
      { title: 'NAME', value: ({ name }) => name, least: 8 },
      { title: 'ITEMS', value: ({ items }) => items, align: 'right' },
      { title: 'SYNC KEY', value: ({ syncKey }) => syncKey ?? 'never synced', least: 8 },
      { title: 'TROUBLE', value: troubleOf, style: () => 'yellow', least: 10 },
    ],
    folders,
  );
}

export function wipeLines(api: Api, wipes: DeviceDetail['wipes']): string[] {
  if (wipes.length === 0) return [];
  return api.table(
    [
      { title: 'WIPE', value: ({ id }) => id },
      { title: 'KIND', value: ({ kind }) => kind },
      { title: 'STATE', value: ({ state }) => state },
      { title: 'ASKED', value: ({ requestedAt }) => timeOf(requestedAt) },
      { title: 'BY', value: ({ requestedBy }) => requestedBy, least: 8 },
      { title: 'TOLD', value: ({ sentAt }) => timeOf(sentAt) },
      { title: 'ENDED', value: ({ finishedAt }) => timeOf(finishedAt) },
      { title: 'SURE', value: ({ verified }) => (verified === null ? null : verified ? 'yes' : 'no') },
      { title: 'REASON', value: ({ reason }) => reason, least: 8 },
    ],
    wipes,
  );
}

function setAsideLines(api: Api, items: DeviceDetail['setAside']): string[] {
  if (items.length === 0) return [];
  return api.table(
    [
      { title: 'FOLDER', value: ({ folder, folderName }) => folderName ?? folder, least: 8 },
      { title: 'ITEM', value: ({ item }) => item, least: 8 },
      { title: 'SINCE', value: ({ at }) => timeOf(at) },
      { title: 'TRIED', value: ({ failures }) => failures, align: 'right' },
      { title: 'WHY', value: ({ reason }) => reason, least: 10 },
    ],
    items,
  );
}

function shareLines(api: Api, shares: DeviceDetail['shares']): string[] {
  if (shares.length === 0) return [];
  return api.table(
    [
      { title: 'SHARE', value: ({ id }) => id },
      { title: 'CLASS', value: ({ itemClass }) => itemClass },
      { title: 'PATH', value: ({ path }) => path, least: 10 },
      { title: 'NAME', value: ({ name }) => name, least: 8 },
      { title: 'FOR', value: ({ device }) => (device === null ? 'all devices' : 'this device') },
    ],
    shares,
  );
}

const eventLine = ({ at, kind, details }: TimelineEvent): string => {
  const told = Object.entries(details).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return printable(`${timeOf(at)}  ${kind}  ${told.join(' ')}`).trimEnd();
};

function detailLines(api: Api, device: DeviceDetail, events: readonly TimelineEvent[]): string[] {
  return [
    ...identityLines(api, device),
    ...section(api, 'Folders', folderLines(api, device.folders)),
    ...section(api, 'Set aside', setAsideLines(api, device.setAside)),
    ...section(api, 'Shared folders', shareLines(api, device.shares)),
    ...section(api, 'Wipes', wipeLines(api, device.wipes)),
    ...(events.length === 0 ? [] : ['', api.paint('bold', 'Timeline'), ...events.map(eventLine)]),
  ];
}

/** `godwit devices show`: returns the exit code. */
export function showDevice(
  named: string,
  deviceId: string | undefined,
  options: ShowOptions,
): Promise<number> {
  return runApi(options, async (api) => {
    const params = { device: await deviceIdOf(api, named, deviceId, options) };
    const device = await api.client.call('GET /devices/{device}', { params });
    if (options.timeline === undefined) return api.answer(device, () => detailLines(api, device, []));
    const { items } = await api.client.call('GET /devices/{device}/timeline', {
      params,
      query: { limit: options.timeline },
    });
    return api.answer({ ...device, timeline: items }, () => detailLines(api, device, items));
  });
}
