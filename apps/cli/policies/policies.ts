import type { z } from 'zod';
import type { policies } from '#admin-api';
import { runApi, type Api, type ApiOptions } from '../api/run.js';
import { CommandFailure, misused } from '../exit-codes.js';
import { timeOf } from '../print/time.js';
import { printable } from '../print/width.js';

export type Policy = z.output<typeof policies.Policy>;
type PolicyAssignment = z.output<typeof policies.PolicyAssignment>;

export interface PolicyListOptions extends ApiOptions {
  readonly tenant?: string;
}
export interface PolicyChangeOptions extends PolicyListOptions {
  readonly reason?: string;
}
export interface AssignOptions extends PolicyChangeOptions {
  readonly group?: string;
  readonly user?: string;
  readonly everybody?: boolean;
}

const NUMBER = /^[1-9]\d{0,18}$/;

/** What was named by number or by name. Throws CommandFailure unless it is exactly one. */
export function namedOf<T extends { readonly id: string; readonly name: string }>(
  what: string,
  items: readonly T[],
  named: string,
): T {
  const byName = items.filter(({ name }) => name === named);
  const found = NUMBER.test(named) && byName.length === 0 ? items.filter(({ id }) => id === named) : byName;
  const [only, ...others] = found;
  if (only === undefined) throw new CommandFailure(`There is no ${what} ${named}.`);
  if (others.length > 0)
    throw misused(
      `Several are called ${named}; name one by its number: ${found.map(({ id }) => id).join(', ')}`,
    );
  return only;
}

async function policyOf(api: Api, named: string, tenant: string | undefined): Promise<Policy> {
  const { items } = await api.client.call('GET /policies', { query: { tenant } });
  return namedOf('policy', items, named);
}

/** `godwit policies list`: returns the exit code. */
export function listPolicies({ tenant, ...options }: PolicyListOptions): Promise<number> {
  return runApi(options, async (api) => {
    const found = await api.client.call('GET /policies', { query: { tenant } });
    api.answer(found, ({ items }) =>
      api.table(
        [
          { title: 'ID', value: ({ id }) => id, align: 'right' },
          { title: 'TENANT', value: (policy) => policy.tenant ?? 'all', least: 6 },
          { title: 'NAME', value: ({ name }) => name, least: 10 },
          { title: 'RULE', value: ({ rule }) => rule },
          { title: 'SETTINGS', value: ({ settings }) => Object.keys(settings).length, align: 'right' },
          { title: 'DEVICES', value: ({ devices }) => devices, align: 'right' },
          { title: 'PENDING', value: ({ pending }) => pending, align: 'right' },
          { title: 'CHANGED', value: ({ updatedAt }) => timeOf(updatedAt) },
          { title: 'DESCRIPTION', value: ({ description }) => description, least: 10 },
        ],
        items,
      ),
    );
  });
}

const forWhom = (one: PolicyAssignment, groups: ReadonlyMap<string, string>): string => {
  const where = one.tenant === null ? '' : ` of ${one.tenant}`;
  if (one.user !== null) return `user ${one.user}${where}`;
  if (one.group !== null) return `group ${groups.get(one.group) ?? one.group}${where}`;
  return one.tenant === null ? 'everybody' : `tenant ${one.tenant}`;
};

/** `godwit policies show`: returns the exit code. */
export function showPolicy(named: string, options: PolicyListOptions): Promise<number> {
  return runApi(options, async (api) => {
    const policy = await policyOf(api, named, options.tenant);
    const [{ items }, groups] = await Promise.all([
      api.client.call('GET /policy-assignments', {}),
      api.client.call('GET /groups', {}),
    ]);
    const assignments = items.filter((one) => one.policy === policy.id);
    const names = new Map(groups.items.map(({ id, name }) => [id, name]));
    api.answer({ ...policy, assignments }, () => [
      ...api.facts([
        ['number', policy.id],
        ['name', policy.name],
        ['tenant', policy.tenant ?? 'all'],
        ['description', policy.description],
        ['provisioning', policy.rule ?? 'as the tenant is configured'],
        ['devices', `${policy.devices}, of which ${policy.pending} must still be given it`],
        ['changed', timeOf(policy.updatedAt)],
      ]),
      '',
      api.paint('bold', 'Settings that differ from the defaults'),
      ...api.facts(Object.entries(policy.settings).map(([name, value]) => [name, JSON.stringify(value)])),
      '',
      api.paint('bold', 'Assignments'),
      ...api.facts(assignments.map((one) => [one.id, forWhom(one, names)])),
    ]);
  });
}

/** `godwit policies settings`: returns the exit code. */
export function explainSettings(options: PolicyListOptions): Promise<number> {
  return runApi(options, async (api) => {
    const found = await api.client.call('GET /policy-settings', {});
    api.answer(found, ({ items }) =>
      api.table(
        [
          { title: 'GROUP', value: ({ group }) => group },
          { title: 'SETTING', value: ({ name }) => name },
          { title: 'KIND', value: ({ kind, values }) => (values === null ? kind : values.join('|')) },
          { title: 'DEFAULT', value: (setting) => JSON.stringify(setting.default) },
          { title: 'SINCE', value: ({ since }) => since },
          { title: 'MEANING', value: ({ meaning }) => meaning, least: 20 },
        ],
        items,
      ),
    );
  });
}

/** `godwit policies assign`: returns the exit code. */
export function assignPolicy(named: string, options: AssignOptions): Promise<number> {
  const { tenant = null, group, user = null, everybody, reason } = options;
  return runApi(options, async (api) => {
    const isForSome = tenant !== null || group !== undefined || user !== null;
    if (isForSome === (everybody === true))
      throw misused('For whom: --everybody, or --tenant, --group or --user.');
    const policy = await policyOf(api, named, undefined);
    const groups = group === undefined ? [] : (await api.client.call('GET /groups', {})).items;
    const inTenant = groups.filter((one) => tenant === null || one.tenant === tenant);
    const chosen = group === undefined ? null : namedOf('group', inTenant, group);
    const assignment = await api.client.call('POST /policy-assignments', {
      body: {
        policy: policy.id,
        tenant: tenant ?? chosen?.tenant ?? null,
        group: chosen?.id ?? null,
        user,
        reason,
      },
    });
    const names = new Map(groups.map(({ id, name }) => [id, name]));
    api.answer(assignment, () => [
      printable(`Assignment ${assignment.id}: ${policy.name} is for ${forWhom(assignment, names)}.`),
    ]);
  });
}

/** `godwit policies unassign`: returns the exit code. */
export function unassignPolicy(
  assignment: string,
  { reason, ...options }: PolicyChangeOptions,
): Promise<number> {
  return runApi(options, async (api) => {
    await api.client.call('DELETE /policy-assignments/{assignment}', {
      params: { assignment },
      body: { reason },
    });
    api.answer({}, () => ['The assignment is taken back.']);
  });
}

/** `godwit policies remove`: returns the exit code. */
export function removePolicy(named: string, options: PolicyChangeOptions): Promise<number> {
  return runApi(options, async (api) => {
    const { id, name } = await policyOf(api, named, options.tenant);
    await api.client.call('DELETE /policies/{policy}', {
      params: { policy: id },
      body: { reason: options.reason },
    });
    api.answer({}, () => [printable(`The policy ${name} is removed.`)]);
  });
}
