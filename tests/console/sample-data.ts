import type { AnswerOf, Routes } from '#admin-api';

type Answer<R extends keyof Routes> = AnswerOf<Routes[R]>;
type Detail = Answer<'GET /devices/{device}'>;
type Summary = Answer<'GET /devices'>['items'][number];
type Live = Answer<'GET /live/now'>['items'][number];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ago = (milliseconds: number): string => new Date(Date.now() - milliseconds).toISOString();

export const session: Answer<'GET /session'> = {
  name: 'token operations',
  role: 'provider',
  tenant: null,
  user: null,
  csrf: 'sample',
  version: '0.1.0',
};

const people = 'ada grace alan edsger barbara donald margaret linus radia ken frances dennis hedy tim'.split(
  ' ',
);
const kinds = [
  ['iPhone 16', 'iOS 26.1', 'iPhone', 'Apple-iPhone17C3/2301.355'],
  ['Pixel 10', 'Android 16', 'Android', 'Android/16-EAS-2.0'],
  ['Outlook for Android', 'Android 15', 'Outlook', 'Outlook-Android/2.0'],
  ['iPad Air', 'iPadOS 26.0', 'iPad', 'Apple-iPad15C3/2301.341'],
  ['SM-S931B', 'Android 16', 'SamsungDevice', 'SAMSUNG-SM-S931B/101.16'],
] as const;

/** A device for each number, always the same one. */
export function deviceOf(number: number): Summary {
  const [model, os, deviceType, userAgent] = kinds[number % kinds.length] ?? kinds[0];
  const standing = number % 11 === 3 ? 'quarantined' : number % 13 === 5 ? 'blocked' : 'allowed';
  const isFailing = number % 9 === 4;
  const tenant = number % 3 === 0 ? 'birds.example' : 'company.example';
  return {
    id: String(number + 1),
    tenant,
    user: `${people[(number * 5) % people.length]}@${tenant}`,
    deviceId: `${deviceType.slice(0, 4).toUpperCase()}${(0xc0ffee * (number + 7)).toString(16).toUpperCase()}`,
    deviceType,
    model,
    os,
    friendlyName: number % 4 === 0 ? `${people[(number * 5) % people.length]}’s ${deviceType}` : null,
    userAgent,
    protocolVersion: number % 7 === 6 ? '14.1' : '16.1',
    standing,
    standingReason: standing === 'quarantined' ? 'rule: unknown Android models' : '',
    decision: standing === 'blocked' ? 'blocked' : null,
    wipe: number % 17 === 6 ? { id: '9', kind: 'account', state: 'requested' } : null,
    policyState: number % 8 === 7 ? 'pending' : 'applied',
    createdAt: ago((number + 3) * 9 * DAY),
    lastSeenAt: ago(number * number * 2 * MINUTE),
    lastSyncAt: ago(number * number * 2 * MINUTE + 20_000),
    lastError: isFailing ? 'calendar: dav.company.example:443 refused the connection' : null,
    lastErrorAt: isFailing ? ago(8 * MINUTE) : null,
  };
}

/** A device that has about everything a device can have. */
export const detail = (): Detail => ({
  ...deviceOf(4),
  id: '5',
  friendlyName: 'ada’s work phone',
  lastError: 'calendar: dav.company.example:443 refused the connection',
  facts: {
    imei: '350123451234560',
    phoneNumber: '+49 151 5550100',
    mobileOperator: 'Telco',
    osLanguage: 'en-GB',
  },
  accountEnabled: true,
  exempt: false,
  policy: { id: '2', name: 'Staff phones', acknowledged: true },
  hasRecoveryPassword: true,
  folders: [
    ['m1', 'Email', 'Inbox', 1843, 3, 0],
    ['m4', 'Email', 'Sent', 602, 3, 0],
    ['m9', 'Email', 'Projects/2026', 311, 3, 4],
    ['e1', 'Calendar', 'Calendar', 418, 6, 0],
    ['c1', 'Contacts', 'Contacts', 267, null, 0],
    ['t1', 'Tasks', 'Tasks', 31, 0, 0],
  ].map(([id, itemClass, name, items, filterType, retries]) => ({
    id: String(id),
    itemClass: itemClass as Detail['folders'][number]['itemClass'],
    name: String(name),
    syncKey: `4af1-${Number(items) % 90}`,
    items: Number(items),
    filterType: filterType === null ? null : Number(filterType),
    retries: Number(retries),
    cap: Number(retries) > 2 ? 8 : null,
    failing: 0,
  })),
  setAside: [
    {
      device: '5',
      tenant: 'company.example',
      user: 'ada@company.example',
      deviceId: 'X',
      folder: 'm9',
      folderName: 'Projects/2026',
      item: 'm9:48213',
      reason: 'MIME: the part 1.2.1 nests deeper than 50 levels',
      failures: 3,
      at: ago(5 * HOUR),
    },
  ],
  shares: [
    {
      id: '3',
      device: '5',
      itemClass: 'Email',
      path: 'Shared/Sales',
      name: 'Sales',
      createdBy: 'token operations',
      createdAt: ago(12 * DAY),
    },
  ],
  wipes: [
    {
      id: '1',
      tenant: 'company.example',
      user: 'ada@company.example',
      deviceId: 'X',
      kind: 'account',
      state: 'cancelled',
      reason: 'ticket 3301: found it again under the car seat',
      requestedBy: 'token helpdesk-2',
      requestedAt: ago(40 * DAY),
      approvedBy: null,
      sentAt: null,
      finishedAt: ago(40 * DAY - HOUR),
      verified: null,
    },
  ],
  traceUntil: new Date(Date.now() + 12 * MINUTE).toISOString(),
  health: ['sync-loop', 'items-set-aside'],
});

export const timeline = (): Answer<'GET /devices/{device}/timeline'>['items'] =>
  (
    [
      [3 * HOUR, 'sync-loop', { folder: 'Projects/2026', times: 4 }],
      [5 * HOUR, 'set-aside', { item: 'm9:48213', reason: 'nests deeper than 50 levels' }],
      [2 * DAY, 'policy-applied', { policy: 'Staff phones' }],
      [2 * DAY + MINUTE, 'policy-sent', { policy: 'Staff phones' }],
      [40 * DAY - HOUR, 'wipe-cancelled', { by: 'token helpdesk-2' }],
      [40 * DAY, 'wipe-requested', { kind: 'account', reason: 'ticket 3301' }],
      [63 * DAY, 'allowed', { reason: 'rule: company phones' }],
      [63 * DAY + MINUTE, 'created', {}],
    ] as const
  ).map(([past, kind, details], index) => ({ id: String(90 - index), at: ago(past), kind, details }));

const request = `<Sync xmlns="AirSync">
  <Collections>
    <Collection>
      <SyncKey>4af1-12</SyncKey>
      <CollectionId>m1</CollectionId>
      <GetChanges>1</GetChanges>
      <WindowSize>25</WindowSize>
    </Collection>
  </Collections>
</Sync>`;
const answer = `<Sync xmlns="AirSync">
  <Collections>
    <Collection>
      <SyncKey>4af1-13</SyncKey>
      <CollectionId>m1</CollectionId>
      <Status>1</Status>
      <Commands>
        <Add>
          <ServerId>m1:90211</ServerId>
          <ApplicationData>
            <Subject xmlns="Email">[19 characters]</Subject>
            <Read xmlns="Email">0</Read>
          </ApplicationData>
        </Add>
      </Commands>
    </Collection>
  </Collections>
</Sync>`;

export const trace = (): Answer<'GET /devices/{device}/trace'>['items'] => [
  {
    at: ago(62_000),
    node: 'gw-1',
    kind: 'request',
    request: 'r1',
    command: 'Sync',
    status: null,
    text: request,
  },
  {
    at: ago(61_800),
    node: 'gw-1',
    kind: 'answer',
    request: 'r1',
    command: 'Sync',
    status: 200,
    text: answer,
  },
];

const wave = (x: number, period: number): number => (Math.sin((x / period) * 2 * Math.PI) + 1) / 2;

/** A day as it is at a company: quiet at night, busy at nine. */
export function statistics(minutes: number): Answer<'GET /statistics'>['items'] {
  const points = 180;
  return Array.from({ length: points }, (_, index) => {
    const at = Date.now() - ((points - 1 - index) / (points - 1)) * minutes * MINUTE;
    const busy = 0.35 + 0.4 * wave(index, 140) + 0.06 * wave(index * 7, 31) + 0.04 * wave(index * 13, 17);
    const trouble = index > 112 && index < 121 ? 1 : 0;
    return {
      at: new Date(at).toISOString(),
      devicesOnline: Math.round(9400 * (0.7 + 0.3 * busy)),
      held: Math.round(8800 * (0.7 + 0.3 * busy)),
      commandsPerSecond: 310 * busy + 18 * wave(index * 29, 13),
      failuresPerSecond: 0.2 * wave(index * 11, 23) + trouble * 6.5,
      latencyMean: 20 + 30 * busy,
      latencyP95: 70 + 90 * busy + trouble * 260,
      queued: Math.round(3 * wave(index * 17, 19) + trouble * 48),
    };
  });
}

export function overview(): Answer<'GET /overview'> {
  const node = (name: string, role: 'gateway' | 'actors' | 'admin', share: number) => ({
    node: name,
    role,
    version: '0.1.0',
    startedAt: ago(9 * DAY),
    seenAt: ago(3000),
    held: role === 'gateway' ? Math.round(4400 * share) : 0,
    working: role === 'gateway' ? 9 : 2,
    commandsPerSecond: 160 * share,
    failuresPerSecond: 0.1 * share,
    latencyMean: role === 'admin' ? null : 31,
    latencyP95: role === 'admin' ? null : 118 * share,
    queued: role === 'actors' ? 2 : null,
    memoryBytes: 240_000_000 * share,
  });
  return {
    version: '0.1.0',
    devicesActive: 9382,
    devices: 11_204,
    users: 7310,
    byStanding: { allowed: 11_120, quarantined: 61, blocked: 23 },
    byVersion: { '16.1': 9980, '14.1': 1102, '12.1': 122 },
    byType: { iPhone: 5210, Android: 2790, Outlook: 1904, iPad: 801, SamsungDevice: 499 },
    quarantined: 61,
    wipesPending: 2,
    setAside: 14,
    policyPending: 38,
    nodes: [
      node('gw-1', 'gateway', 1.02),
      node('gw-2', 'gateway', 0.98),
      node('actors-1', 'actors', 1.1),
      node('admin-1', 'admin', 0.5),
    ],
  };
}

/** So many requests of phones, most of them waiting for news. */
export function live(count: number): Live[] {
  return Array.from({ length: count }, (_, index) => {
    const device = deviceOf(index);
    const isWorking = index % 97 === 0;
    return {
      id: `r${index}`,
      node: `gw-${1 + (index % 2)}`,
      tenant: device.tenant,
      user: device.user,
      device: device.deviceId,
      deviceType: device.deviceType,
      userAgent: device.userAgent,
      address: `192.0.2.${index % 250}`,
      command: isWorking ? 'Sync' : 'Ping',
      protocol: device.protocolVersion ?? '',
      startedAt: Date.now() - (isWorking ? 240 : (index * 1373) % (25 * MINUTE)),
      state: isWorking ? ('working' as const) : ('held' as const),
      ...(!isWorking && { folders: 1 + (index % 5) }),
    };
  });
}
