import { managers, readers, route } from '../route.js';
import { list, WithReason } from '../schemas/common.js';
import * as policies from '../schemas/policies.js';
import { one, perTenant } from './parameters.js';

/** Policies, and whom they are for. */
export const policyRoutes = {
  'GET /policy-settings': route({
    summary: 'Every setting a policy can have, explained',
    who: readers,
    answer: list(policies.PolicySettingInfo),
  }),
  'GET /policies': route({
    summary: "Policies: the tenant's own and the provider's",
    who: readers,
    query: perTenant,
    answer: list(policies.Policy),
  }),
  'POST /policies': route({
    summary: 'Make a policy',
    who: managers,
    body: policies.NewPolicy,
    answer: policies.Policy,
  }),
  'GET /policies/{policy}': route({
    summary: 'A policy',
    who: readers,
    params: one('policy'),
    answer: policies.Policy,
  }),
  'PUT /policies/{policy}': route({
    summary: 'Change a policy: its devices provision again',
    who: managers,
    params: one('policy'),
    body: policies.NewPolicy,
    answer: policies.Policy,
  }),
  'DELETE /policies/{policy}': route({
    summary: 'Remove a policy and its assignments',
    who: managers,
    params: one('policy'),
    body: WithReason,
    answer: 'nothing',
  }),
  'GET /policy-assignments': route({
    summary: 'Which policy is for whom',
    who: readers,
    query: perTenant,
    answer: list(policies.PolicyAssignment),
  }),
  'POST /policy-assignments': route({
    summary: 'Assign a policy to everybody, a tenant, a group or a user, in place of another one',
    who: managers,
    body: policies.NewPolicyAssignment,
    answer: policies.PolicyAssignment,
  }),
  'DELETE /policy-assignments/{assignment}': route({
    summary: 'Take an assignment back',
    who: managers,
    params: one('assignment'),
    body: WithReason,
    answer: 'nothing',
  }),
  'GET /groups': route({
    summary: 'Groups of users, for policies',
    who: readers,
    query: perTenant,
    answer: list(policies.Group),
  }),
  'POST /groups': route({
    summary: 'Make a group',
    who: managers,
    body: policies.NewGroup,
    answer: policies.Group,
  }),
  'PUT /groups/{group}': route({
    summary: 'Change a group',
    who: managers,
    params: one('group'),
    body: policies.NewGroup,
    answer: policies.Group,
  }),
  'DELETE /groups/{group}': route({
    summary: 'Remove a group and what is assigned to it',
    who: managers,
    params: one('group'),
    body: WithReason,
    answer: 'nothing',
  }),
};
