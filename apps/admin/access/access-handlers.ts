import type { BodyOf, Routes } from '#admin-api';
import { judge, rulesFor } from '#policy';
import type { AccessRule, JudgedDevice, NewAccessRule, Standing } from '#store';
import {
  maySee,
  requireTenant,
  tenantFor,
  unknown,
  Refused,
  type Call,
  type HandlersOf,
  type Principal,
} from '../call.js';
import { deviceDetail } from '../devices/device-detail.js';
import type { AdminParts } from '../parts.js';
import type { Rejudging } from './rejudging.js';

type Access =
  | 'GET /access-rules'
  | 'POST /access-rules'
  | 'PUT /access-rules/{rule}'
  | 'DELETE /access-rules/{rule}'
  | 'POST /access-rules/trial'
  | 'POST /devices/{device}/access';

const ACTIONS: Readonly<Record<Standing, string>> = {
  allowed: 'device.allow',
  blocked: 'device.block',
  quarantined: 'device.quarantine',
};

const newRule = ({
  reason: _reason,
  position: _position,
  ...rule
}: BodyOf<Routes['POST /access-rules']>): NewAccessRule => rule;

/** Rules for all tenants are the provider's: who is bound to one tenant may read them, and change none. */
function requireScope(principal: Principal, tenant: string | null): void {
  if (tenant !== null) return requireTenant(principal, tenant);
  if (principal.tenant !== null)
    throw new Refused(403, 'forbidden', 'Rules for all tenants are changed by the provider.');
}

/** The rule of a number, if the caller may change it. */
async function ruleFor({ stores }: AdminParts, principal: Principal, id: string): Promise<AccessRule> {
  const rule = await stores.access.rule(id);
  if (!rule || (rule.tenant !== null && !maySee(principal, rule.tenant))) throw unknown('rule');
  requireScope(principal, rule.tenant);
  return rule;
}

/** Which devices are let in. */
export function accessHandlers(parts: AdminParts, rejudging: Rejudging): HandlersOf<Access> {
  const { access } = parts.stores;
  return {
    'GET /access-rules': async ({ principal, query }) => {
      const tenant = tenantFor(principal, query.tenant);
      const all = await access.all();
      return { items: tenant === undefined ? [...all.rules] : rulesFor(all, tenant) };
    },
    'POST /access-rules': async ({ principal, body, audit }) => {
      requireScope(principal, body.tenant);
      requireKnown(parts, body.tenant);
      const rule = await access.addRule(newRule(body), body.position);
      await audit({ ...about(rule), action: 'rule.make', reason: body.reason });
      await rejudging.soon(rule.tenant);
      return rule;
    },
    'PUT /access-rules/{rule}': async ({ principal, params, body, audit }) => {
      const before = await ruleFor(parts, principal, params.rule);
      requireScope(principal, body.tenant);
      requireKnown(parts, body.tenant);
      const rule = await access.changeRule(params.rule, newRule(body), body.position);
      if (!rule) throw unknown('rule');
      const details = { ...about(rule).details, before };
      await audit({ ...about(rule), action: 'rule.change', reason: body.reason, details });
      await rejudging.soon(before.tenant === rule.tenant ? rule.tenant : null);
      return rule;
    },
    'DELETE /access-rules/{rule}': async ({ principal, params, body, audit }) => {
      await ruleFor(parts, principal, params.rule);
      const rule = await access.removeRule(params.rule);
      if (!rule) throw unknown('rule');
      await audit({ ...about(rule), action: 'rule.remove', reason: body.reason });
      await rejudging.soon(rule.tenant);
    },
    'POST /access-rules/trial': async ({ principal, body }) => {
      requireTenant(principal, body.tenant);
      const { tenant, user, deviceId, protocolVersion, ...told } = body;
      const verdict = judge(await access.all(), {
        identity: { tenant, user: user.toLowerCase(), deviceId: deviceId.toLowerCase() },
        facts: { ...told, protocolVersion: Math.round(Number(protocolVersion) * 10) },
      });
      const { standing, exempt } = verdict.judgement;
      return { standing, exempt, rule: verdict.rule };
    },
    'POST /devices/{device}/access': (call) => decide(parts, call),
  };
}

const about = (rule: AccessRule) => ({ tenant: rule.tenant, target: rule.name, details: { rule } });

function requireKnown({ core }: AdminParts, tenant: string | null): void {
  if (tenant !== null && !core.accounts.tenants.named(tenant)) throw unknown('tenant');
}

/** An administrator's word counts more than all rules, until it is taken back. */
async function decide(parts: AdminParts, call: Call<'POST /devices/{device}/access'>) {
  const { principal, params, body, audit } = call;
  const { access } = parts.stores;
  const device = await access.device(params.device);
  if (!device || !maySee(principal, device.identity.tenant)) throw unknown('device');
  const { decision, reason } = body;
  const judgement = decision === null ? await byRules(parts, device) : byWord(device, decision);
  const event = { by: principal.name, reason };
  if (!(await access.decide(params.device, decision, judgement, event))) throw unknown('device');
  const { tenant, user, deviceId } = device.identity;
  await audit({
    action: decision === null ? 'device.leave-to-rules' : ACTIONS[decision],
    tenant,
    user,
    deviceId,
    reason,
    details: { before: device.judgement.standing, after: judgement.standing },
  });
  parts.bus.publish('device-changed', { tenant, user, device: deviceId });
  return deviceDetail(parts, principal, params.device);
}

const byRules = async ({ stores }: AdminParts, device: JudgedDevice) =>
  judge(await stores.access.all(), device).judgement;

const byWord = ({ judgement }: JudgedDevice, standing: Standing) => ({
  standing,
  standingReason: 'administrator',
  exempt: judgement.exempt,
});
