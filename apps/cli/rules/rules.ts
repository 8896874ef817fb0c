import type { z } from 'zod';
import type { policies } from '#admin-api';
import { runApi, type ApiOptions } from '../api/run.js';
import { printable } from '../print/width.js';

type AccessRule = z.output<typeof policies.AccessRule>;

export interface RuleListOptions extends ApiOptions {
  readonly tenant?: string;
}
export interface RuleRemoveOptions extends ApiOptions {
  readonly reason?: string;
}
interface Facts extends ApiOptions {
  readonly user?: string;
  readonly device?: string;
  readonly type?: string;
  readonly model?: string;
  readonly os?: string;
  readonly userAgent?: string;
}
export interface AddRuleOptions extends Facts {
  readonly action: AccessRule['action'];
  readonly versionBelow?: string;
  readonly tenant?: string;
  readonly position?: number;
  readonly exempt?: boolean;
  readonly disabled?: boolean;
  readonly reason?: string;
}
export interface TryRuleOptions extends Facts {
  readonly tenant: string;
  readonly user: string;
  readonly protocol: string;
}

const conditionsText = ({ conditions }: AccessRule): string =>
  Object.entries(conditions)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ') || 'any device';

const ruleLine = (rule: AccessRule): string =>
  printable(`Rule ${rule.id}, ${rule.name}: ${conditionsText(rule)} is ${rule.action}.`);

/** `godwit rules list`: returns the exit code. */
export function listRules({ tenant, ...options }: RuleListOptions): Promise<number> {
  return runApi(options, async (api) => {
    const found = await api.client.call('GET /access-rules', { query: { tenant } });
    api.answer(found, ({ items }) =>
      api.table(
        [
          { title: 'ID', value: ({ id }) => id, align: 'right' },
          { title: 'TENANT', value: (rule) => rule.tenant ?? 'all', least: 6 },
          { title: 'PLACE', value: ({ position }) => position, align: 'right' },
          { title: 'NAME', value: ({ name }) => name, least: 10 },
          { title: 'DEVICES THAT FIT', value: conditionsText, least: 12 },
          { title: 'ARE', value: ({ action, exempt }) => (exempt ? `${action}, exempt` : action) },
          { title: 'IN USE', value: ({ enabled }) => (enabled ? 'yes' : 'no') },
        ],
        items,
      ),
    );
  });
}

/** `godwit rules add`: returns the exit code. */
export function addRule(name: string, options: AddRuleOptions): Promise<number> {
  const { user, device, type, model, os, userAgent, versionBelow, action, tenant = null } = options;
  return runApi(options, async (api) => {
    const rule = await api.client.call('POST /access-rules', {
      body: {
        name,
        tenant,
        action,
        conditions: { user, deviceId: device, deviceType: type, model, os, userAgent, versionBelow },
        exempt: options.exempt === true,
        enabled: options.disabled !== true,
        position: options.position,
        reason: options.reason,
      },
    });
    api.answer(rule, () => [ruleLine(rule)]);
  });
}

/** `godwit rules remove`: returns the exit code. */
export function removeRule(rule: string, { reason, ...options }: RuleRemoveOptions): Promise<number> {
  return runApi(options, async (api) => {
    await api.client.call('DELETE /access-rules/{rule}', { params: { rule }, body: { reason } });
    api.answer({}, () => ['The rule is removed; its devices are judged anew.']);
  });
}

/** `godwit rules try`: returns the exit code. */
export function tryRules(options: TryRuleOptions): Promise<number> {
  const { tenant, user, device, type, model, os, userAgent, protocol } = options;
  return runApi(options, async (api) => {
    const verdict = await api.client.call('POST /access-rules/trial', {
      body: {
        tenant,
        user,
        deviceId: device,
        deviceType: type,
        model,
        os,
        userAgent,
        protocolVersion: protocol,
      },
    });
    api.answer(verdict, ({ standing, exempt, rule }) => [
      `Such a device is ${standing}${exempt ? ', and exempt from policies' : ''}.`,
      rule === null ? "No rule fits: it is the tenant's default." : ruleLine(rule),
    ]);
  });
}
