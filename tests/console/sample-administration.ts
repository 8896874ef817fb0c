import type { AnswerOf, Routes } from '#admin-api';
import { deviceOf } from './sample-data.js';

type Answer<R extends keyof Routes> = AnswerOf<Routes[R]>;
type Setting = Answer<'GET /policy-settings'>['items'][number];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ago = (milliseconds: number): string => new Date(Date.now() - milliseconds).toISOString();

const setting = (
  group: Setting['group'],
  name: string,
  meaning: string,
  changed: Partial<Setting> = {},
): Setting => ({
  ...{ group, name, meaning, kind: 'flag', default: true, nullable: false, min: null, max: null },
  ...{ values: null, since: '12.0' },
  ...changed,
});
const number = (max: number | null, value: number | null, since = '12.0'): Partial<Setting> => ({
  ...{ kind: 'number', default: value, nullable: value === null, min: 0, max, since },
});

/** Some of each group, one of each kind. */
const settings: readonly Setting[] = [
  setting('password', 'DevicePasswordEnabled', 'The device must be locked with a password.', {
    default: false,
  }),
  setting('password', 'MinDevicePasswordLength', 'Fewest characters of the password.', number(16, null)),
  setting('password', 'AlphanumericDevicePasswordRequired', 'The password needs letters as well as digits.', {
    default: false,
  }),
  setting(
    'password',
    'MaxInactivityTimeDeviceLock',
    'Seconds without a touch after which the device locks itself.',
    number(9999, null),
  ),
  setting('password', 'MaxDevicePasswordFailedAttempts', 'Wrong passwords before the device wipes itself.', {
    ...number(16, null),
    min: 4,
  }),
  setting('encryption', 'RequireDeviceEncryption', 'The storage of the device must be encrypted.', {
    ...{ default: false, since: '12.1' },
  }),
  setting('device', 'AllowCamera', 'The camera may be used.', { since: '12.1' }),
  setting('device', 'AllowBluetooth', 'Bluetooth: 0 not at all, 1 for headsets only, 2 freely.', {
    ...{ kind: 'choice', default: 2, values: [0, 1, 2], since: '12.1' },
  }),
  setting('applications', 'UnapprovedInROMApplicationList', 'Built-in applications that must not run.', {
    ...{ kind: 'texts', default: [], since: '12.1' },
  }),
  setting('sync', 'MaxEmailAgeFilter', 'How far back mail is synced: 0 all, 1 a day, 5 a month.', {
    ...{ kind: 'choice', default: 0, values: [0, 1, 2, 3, 4, 5], since: '12.1' },
  }),
  setting('smime', 'RequireSignedSMIMEMessages', 'Mail must be signed.', { default: false, since: '12.1' }),
  setting(
    'attachments',
    'MaxAttachmentSize',
    'Largest attachment that is downloaded, in bytes.',
    number(null, null),
  ),
];

const policy = (
  id: string,
  name: string,
  changed: Partial<Answer<'GET /policies/{policy}'>>,
): Answer<'GET /policies/{policy}'> => ({
  ...{ id, name, tenant: 'company.example', description: '', rule: null, settings: {} },
  ...{ createdAt: ago(90 * DAY), updatedAt: ago(2 * DAY), devices: 0, pending: 0 },
  ...changed,
});
const policies = [
  policy('2', 'Staff phones', {
    description: 'Phones of the company and of those who bring their own',
    rule: 'required',
    settings: {
      ...{ DevicePasswordEnabled: true, MinDevicePasswordLength: 6, MaxInactivityTimeDeviceLock: 300 },
      ...{ RequireDeviceEncryption: true, UnapprovedInROMApplicationList: ['games.exe'] },
    },
    devices: 7120,
    pending: 38,
  }),
  policy('3', 'Board', { rule: 'required', settings: { AllowCamera: false }, devices: 12 }),
  policy('4', 'Meeting rooms', { tenant: null, rule: 'off', description: 'Devices nobody carries around' }),
];

const conditions = [
  ['Company tablets', 'allowed', { deviceType: 'iPad', user: '*@company.example' }],
  ['Unknown Android models', 'quarantined', { deviceType: 'Android', os: 'Android 1*' }],
  ['Very old protocols', 'blocked', { versionBelow: '14.0' }],
] as const;
const rules: Answer<'GET /access-rules'>['items'] = [
  ...conditions.map(([name, action, asked], position) => ({
    ...{ id: String(position + 1), tenant: 'company.example', position, name, action, conditions: asked },
    ...{ exempt: false, enabled: position !== 1 },
  })),
  {
    ...{ id: '9', tenant: null, position: 0, name: 'Cars', action: 'allowed', exempt: true, enabled: true },
    conditions: { userAgent: 'CarSync/*' },
  },
];

const tenant = (name: string, users: number): Answer<'GET /tenants/{tenant}'> => ({
  ...{ name, domains: [name, `mail.${name}`], provisioning: 'required', users, devices: users + 400 },
  quarantined: 7,
  sources: [
    { source: 'mail', kind: 'imap', where: `imap.${name}:993` },
    { source: 'submission', kind: 'smtp', where: `smtp.${name}:587` },
    { source: 'calendar', kind: 'caldav', where: `https://dav.${name}/` },
  ],
  settings: { defaultAccess: 'quarantined', maxDevices: 5, quarantineText: null },
});

const user = (index: number): Answer<'GET /users/{tenant}/{user}'> => {
  const { tenant: of, user: name, lastSeenAt, createdAt } = deviceOf(index);
  return {
    tenant: of,
    user: name,
    enabled: index % 9 !== 5,
    devices: 1 + (index % 3),
    lastSeenAt,
    createdAt,
  };
};

const audit = [
  ['device.wipe', 'left in a taxi, ticket 4711'],
  ['policy.change', 'insurance asks for six digits'],
  ['rule.make', null],
  ['user.switch', 'on leave'],
  ['token.make', null],
  ['device.allow', 'new phone, ticket 4690'],
].map(([action, reason], index) => {
  const isDevice = action?.startsWith('device.') ?? false;
  const of = deviceOf(index);
  return {
    ...{ id: String(100 - index), at: ago(index * 7 * HOUR), action, reason, tenant: 'company.example' },
    ...{
      actor: index % 2 ? 'token helpdesk-2' : 'grace@company.example',
      role: index % 2 ? 'helpdesk' : 'tenant',
    },
    ...{ address: `192.0.2.${10 + index}`, user: isDevice ? of.user : null },
    ...{ deviceId: isDevice ? of.deviceId : null, target: action === 'rule.make' ? 'Company tablets' : null },
    details: index % 2 ? { before: 'allowed', after: 'blocked' } : {},
  };
});

const page = (items: readonly unknown[]) => ({ items, next: null });

/** What the pages of administration are shown, by method and path. */
export const administration: readonly (readonly [string, RegExp, () => unknown])[] = [
  ['GET', /^\/policy-settings$/, () => ({ items: settings })],
  ['GET', /^\/policies$/, () => ({ items: policies })],
  ['GET', /^\/policies\/2$/, () => policies[0]],
  [
    'GET',
    /^\/policy-assignments$/,
    () => ({
      items: [
        { id: '1', policy: '2', tenant: 'company.example', group: null, user: null },
        { id: '2', policy: '3', tenant: 'company.example', group: '1', user: null },
      ],
    }),
  ],
  [
    'GET',
    /^\/groups$/,
    () => ({
      items: [
        {
          ...{ id: '1', tenant: 'company.example', name: 'Board' },
          users: [
            'grace@company.example',
            'linus@company.example',
            'radia@company.example',
            'ken@company.example',
          ],
        },
      ],
    }),
  ],
  ['GET', /^\/access-rules$/, () => ({ items: rules })],
  ['POST', /^\/access-rules\/trial$/, () => ({ standing: 'quarantined', exempt: false, rule: rules[1] })],
  ['GET', /^\/tenants$/, () => ({ items: [tenant('company.example', 5210), tenant('birds.example', 2100)] })],
  [
    'GET',
    /^\/tenants\/[^/]+\/health$/,
    () => ({
      items: tenant('company.example', 1).sources.map((source, index) => ({
        ...{ ...source, ok: index !== 2, ms: 14 + index * 9 },
        detail: index === 2 ? 'refused the connection: does the server run, and on this port?' : 'TLS 1.3',
      })),
    }),
  ],
  ['GET', /^\/users$/, () => page(Array.from({ length: 24 }, (_, index) => user(index)))],
  ['GET', /^\/users\/[^/]+\/[^/]+$/, () => ({ ...user(1), user: 'ada@company.example', enabled: true })],
  [
    'POST',
    /^\/users\/[^/]+\/[^/]+\/test$/,
    () => ({
      ok: false,
      steps: [
        { source: 'mail', step: 'connect', ok: true, ms: 11, detail: 'imap.company.example:993, TLS 1.3' },
        { source: 'mail', step: 'sign-in', ok: true, ms: 48, detail: 'as ada@company.example' },
        { source: 'mail', step: 'folders', ok: true, ms: 21, detail: '14 folders' },
        {
          ...{ source: 'calendar', step: 'connect', ok: false, ms: 5021 },
          detail: 'dav.company.example:443 does not answer: is a firewall in between?',
        },
      ],
    }),
  ],
  [
    'GET',
    /^\/users\/[^/]+\/[^/]+\/shares$/,
    () => ({
      items: [
        {
          ...{ id: '3', device: null, itemClass: 'Calendar', path: 'https://dav.company.example/rooms/3/' },
          ...{ name: 'Meeting room 3', createdBy: 'token operations', createdAt: ago(12 * DAY) },
        },
      ],
    }),
  ],
  [
    'GET',
    /^\/(me|users\/[^/]+\/[^/]+)\/app-passwords$/,
    () => ({
      items: [
        {
          ...{ id: '1', name: 'Tablet', deviceId: null, createdBy: 'ada@company.example' },
          ...{ createdAt: ago(40 * DAY), expiresAt: null, lastUsedAt: ago(HOUR) },
        },
      ],
    }),
  ],
  [
    'GET',
    /^\/set-aside$/,
    () =>
      page(
        [1, 4, 7, 12].map((index) => {
          const { id, tenant: of, user: name, deviceId } = deviceOf(index);
          return {
            ...{ device: id, tenant: of, user: name, deviceId, folder: 'm9', folderName: 'Projects/2026' },
            ...{ item: `m9:${48213 + index}`, reason: 'MIME: the part 1.2.1 nests deeper than 50 levels' },
            ...{ failures: 3, at: ago(index * HOUR) },
          };
        }),
      ),
  ],
  ['GET', /^\/audit$/, () => page(audit)],
  [
    'GET',
    /^\/tokens$/,
    () => ({
      items: (['monitoring', 'helpdesk-2', 'deploy'] as const).map((name, index) => ({
        ...{ id: String(index + 1), name, role: (['read-only', 'helpdesk', 'provider'] as const)[index] },
        ...{ tenant: index === 1 ? 'company.example' : null, user: null, createdBy: 'first administrator' },
        ...{ createdAt: ago(80 * DAY), expiresAt: null, lastUsedAt: index === 2 ? null : ago(HOUR) },
      })),
    }),
  ],
  [
    'GET',
    /^\/webhooks$/,
    () => ({
      items: [
        {
          ...{ name: 'siem', url: 'https://siem.company.example/godwit', events: ['*'], tenant: null },
          ...{ waiting: 2, failed: 1 },
        },
      ],
    }),
  ],
  [
    'GET',
    /^\/webhook-deliveries$/,
    () =>
      page(
        (['waiting', 'failed', 'delivered', 'delivered'] as const).map((state, index) => ({
          ...{ id: String(40 - index), endpoint: 'siem', event: 'device.quarantined', state },
          ...{ attempts: state === 'failed' ? 8 : 1, createdAt: ago(index * HOUR), dueAt: ago(-HOUR / 6) },
          finishedAt: state === 'waiting' ? null : ago(index * HOUR),
          lastError: state === 'failed' ? 'HTTP 502' : null,
        })),
      ),
  ],
];
