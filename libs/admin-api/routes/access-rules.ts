import { managers, readers, route } from '../route.js';
import { list, WithReason } from '../schemas/common.js';
import * as policies from '../schemas/policies.js';
import { one, perTenant } from './parameters.js';

/** Which devices are let in. */
export const accessRoutes = {
  'GET /access-rules': route({
    summary: 'Access rules in the order they are tried',
    who: readers,
    query: perTenant,
    answer: list(policies.AccessRule),
  }),
  'POST /access-rules': route({
    summary: 'Add a rule',
    who: managers,
    body: policies.NewAccessRule,
    answer: policies.AccessRule,
  }),
  'PUT /access-rules/{rule}': route({
    summary: 'Change a rule, or move it to another place',
    who: managers,
    params: one('rule'),
    body: policies.NewAccessRule,
    answer: policies.AccessRule,
  }),
  'DELETE /access-rules/{rule}': route({
    summary: 'Remove a rule',
    who: managers,
    params: one('rule'),
    body: WithReason,
    answer: 'nothing',
  }),
  'POST /access-rules/trial': route({
    summary: 'What the rules would make of such a device; changes nothing',
    who: readers,
    body: policies.DeviceFactsForRules,
    answer: policies.Verdict,
  }),
};
