import { lazy, type ComponentType } from 'react';
import type { Right } from './api/rights.js';
import type { IconName } from './frame/icon.js';

/** A page, at its address. */
export interface Place {
  readonly path: string;
  /** Who is shown it. */
  readonly right: Right;
  readonly page: ComponentType;
  /** In the navigation; pages without are reached from others. */
  readonly entry?: { readonly label: string; readonly icon: IconName; readonly group: string };
}

/** Loaded when somebody goes there. */
const page = (load: () => Promise<ComponentType>): ComponentType =>
  lazy(async () => ({ default: await load() }));

/**
 * Every page of the console. To add one: write it under pages/, name it here. Who may not use it is not shown it, and the
 * API would refuse him anyway.
 */
export const places: readonly Place[] = [
  {
    path: '/',
    right: 'look',
    page: page(async () => (await import('./pages/overview/overview-page.js')).OverviewPage),
    entry: { label: 'Overview', icon: 'overview', group: 'Now' },
  },
  {
    path: '/live',
    right: 'look',
    page: page(async () => (await import('./pages/live/live-page.js')).LivePage),
    entry: { label: 'Live', icon: 'live', group: 'Now' },
  },
  {
    path: '/devices',
    right: 'look',
    page: page(async () => (await import('./pages/devices/devices-page.js')).DevicesPage),
    entry: { label: 'Devices', icon: 'devices', group: 'Devices' },
  },
  {
    path: '/devices/:device',
    right: 'look',
    page: page(async () => (await import('./pages/device/device-page.js')).DevicePage),
  },
  {
    path: '/quarantine',
    right: 'look',
    page: page(async () => (await import('./pages/access/quarantine-page.js')).QuarantinePage),
    entry: { label: 'Quarantine', icon: 'inbox', group: 'Devices' },
  },
  {
    path: '/set-aside',
    right: 'look',
    page: page(async () => (await import('./pages/set-aside/set-aside-page.js')).SetAsidePage),
    entry: { label: 'Set aside', icon: 'alert', group: 'Devices' },
  },
  {
    path: '/policies',
    right: 'look',
    page: page(async () => (await import('./pages/policies/policies-page.js')).PoliciesPage),
    entry: { label: 'Policies', icon: 'policies', group: 'Rules' },
  },
  {
    path: '/policies/:policy',
    right: 'look',
    page: page(async () => (await import('./pages/policies/policy-page.js')).PolicyPage),
  },
  {
    path: '/access',
    right: 'look',
    page: page(async () => (await import('./pages/access/access-page.js')).AccessPage),
    entry: { label: 'Access rules', icon: 'rules', group: 'Rules' },
  },
  {
    path: '/users',
    right: 'look',
    page: page(async () => (await import('./pages/users/users-page.js')).UsersPage),
    entry: { label: 'Users', icon: 'users', group: 'People' },
  },
  {
    path: '/users/:tenant/:user',
    right: 'look',
    page: page(async () => (await import('./pages/users/user-page.js')).UserPage),
  },
  {
    path: '/tenants',
    right: 'look',
    page: page(async () => (await import('./pages/tenants/tenants-page.js')).TenantsPage),
    entry: { label: 'Tenants', icon: 'tenants', group: 'People' },
  },
  {
    path: '/audit',
    right: 'look',
    page: page(async () => (await import('./pages/audit/audit-page.js')).AuditPage),
    entry: { label: 'Audit log', icon: 'audit', group: 'Records' },
  },
  {
    path: '/webhooks',
    right: 'manage',
    page: page(async () => (await import('./pages/webhooks/webhooks-page.js')).WebhooksPage),
    entry: { label: 'Webhooks', icon: 'webhooks', group: 'Records' },
  },
  {
    path: '/tokens',
    right: 'manage',
    page: page(async () => (await import('./pages/tokens/tokens-page.js')).TokensPage),
    entry: { label: 'Tokens', icon: 'key', group: 'Records' },
  },
  {
    path: '/mine',
    right: 'self',
    page: page(async () => (await import('./pages/mine/mine-page.js')).MinePage),
    entry: { label: 'My devices', icon: 'devices', group: 'Mine' },
  },
  {
    path: '/mine/passwords',
    right: 'self',
    page: page(async () => (await import('./pages/mine/passwords-page.js')).PasswordsPage),
    entry: { label: 'Passwords for phones', icon: 'key', group: 'Mine' },
  },
];
