import { z } from 'zod';
import { anybody, everybody, helpers, managers, providers, readers, route, selves } from './route.js';
import { Flag, Id, Json, list, page, Reason, StandingName, WithReason } from './schemas/common.js';
import * as devices from './schemas/devices.js';
import * as operations from './schemas/operations.js';
import * as people from './schemas/people.js';
import * as policies from './schemas/policies.js';

const ofDevice = z.strictObject({ device: Id });
const ofUser = z.strictObject({ tenant: z.string(), user: z.string() });
const ofTenant = z.strictObject({ tenant: z.string() });
const one = <N extends string>(name: N) => z.strictObject({ [name]: Id } as Record<N, typeof Id>);
const perTenant = z.strictObject({ tenant: z.string().optional() });

const session = {
  'GET /openapi.json': route({ summary: 'This API as an OpenAPI 3.1 document', who: anybody, answer: Json }),
  'GET /session/ways': route({
    summary: 'How one can sign in here',
    who: anybody,
    answer: people.SignInWays,
  }),
  'POST /session': route({
    summary: 'Sign in: the session is kept in a cookie',
    who: anybody,
    body: people.SignInRequest,
    answer: people.Session,
  }),
  'GET /session': route({ summary: 'Who is signed in', who: everybody, answer: people.Session }),
  'DELETE /session': route({ summary: 'Sign out', who: everybody, answer: 'nothing' }),
  'GET /session/oidc': route({
    summary: 'Go to the identity provider to sign in',
    who: anybody,
    answer: 'redirect',
  }),
  'GET /session/oidc/callback': route({
    summary: 'Come back from the identity provider',
    who: anybody,
    // What a provider appends is its own matter.
    answer: 'redirect',
  }),
};

const overview = {
  'GET /overview': route({
    summary: 'Numbers of the moment',
    who: readers,
    query: perTenant,
    answer: operations.Overview,
  }),
  'GET /statistics': route({
    summary: 'Numbers over time, for charts',
    who: readers,
    query: operations.StatisticsQuery,
    answer: list(operations.Sample),
  }),
  'GET /live': route({
    summary: 'Requests of all nodes as they come: events `whole` (a list) and `change` (a list)',
    who: readers,
    query: operations.LiveQuery,
    answer: 'events',
  }),
  'GET /live/now': route({
    summary: 'Requests of all nodes at this moment',
    who: readers,
    query: operations.LiveQuery,
    answer: list(operations.LiveRequest),
  }),
};

const deviceRoutes = {
  'GET /devices': route({
    summary: 'Devices, filtered and sorted',
    who: readers,
    query: devices.DeviceQuery,
    answer: page(devices.DeviceSummary),
  }),
  'GET /devices.csv': route({
    summary: 'All devices that pass the filter, as a table',
    who: readers,
    query: z.strictObject(devices.DeviceFilter),
    answer: 'csv',
  }),
  'GET /devices/{device}': route({
    summary: 'A device, with folders, sync times, policy state, errors and set-aside items',
    who: readers,
    params: ofDevice,
    answer: devices.DeviceDetail,
  }),
  'DELETE /devices/{device}': route({
    summary: 'Forget a device: its phone starts anew if it comes again',
    who: managers,
    params: ofDevice,
    body: WithReason,
    answer: 'nothing',
  }),
  'POST /devices/{device}/access': route({
    summary: 'Allow, block or quarantine a device, or leave it to the rules (null)',
    who: helpers,
    params: ofDevice,
    body: z.strictObject({ decision: StandingName.nullable(), reason: Reason }),
    answer: devices.DeviceDetail,
  }),
  'POST /devices/{device}/wipe': route({
    summary: 'Wipe the account from a device (16.1), or all of the device',
    who: helpers,
    params: ofDevice,
    body: z.strictObject({ kind: devices.WipeKindName, reason: Reason }),
    answer: devices.Wipe,
  }),
  'POST /devices/{device}/wipe/approval': route({
    summary: 'Agree to a wipe that another administrator asked for',
    who: managers,
    params: ofDevice,
    body: WithReason,
    answer: devices.Wipe,
  }),
  'DELETE /devices/{device}/wipe': route({
    summary: 'Cancel a wipe the device has not been told of',
    who: helpers,
    params: ofDevice,
    body: WithReason,
    answer: devices.Wipe,
  }),
  'GET /devices/{device}/wipes': route({
    summary: 'All wipes of a device',
    who: readers,
    params: ofDevice,
    answer: list(devices.Wipe),
  }),
  'POST /devices/{device}/resync': route({
    summary: 'Make a device load a folder, a class or everything again',
    who: helpers,
    params: ofDevice,
    body: devices.Resync,
    answer: devices.Resynced,
  }),
  'DELETE /devices/{device}/loops': route({
    summary: 'Forget that a device asked for the same again and again',
    who: helpers,
    params: ofDevice,
    body: WithReason,
    answer: 'nothing',
  }),
  'GET /devices/{device}/timeline': route({
    summary: 'What happened to a device, newest first',
    who: readers,
    params: ofDevice,
    query: z.strictObject({
      cursor: operations.DeliveryQuery.shape.cursor,
      limit: operations.DeliveryQuery.shape.limit,
    }),
    answer: page(devices.TimelineEvent),
  }),
  'POST /devices/{device}/set-aside/retry': route({
    summary: 'Offer set-aside items again: one, those of a folder, or all',
    who: helpers,
    params: ofDevice,
    body: z.strictObject({ folder: z.string().optional(), item: z.string().optional(), reason: Reason }),
    answer: z.object({ retried: z.number().int() }),
  }),
  'GET /devices/{device}/recovery-password': route({
    summary: 'The password that unlocks the device, as it left it with the server',
    who: managers,
    params: ofDevice,
    answer: z.object({ recoveryPassword: z.string() }),
  }),
  'POST /devices/{device}/shares': route({
    summary: 'Show a device a folder of somebody else',
    who: helpers,
    params: ofDevice,
    body: devices.NewSharedFolder,
    answer: devices.SharedFolder,
  }),
  'DELETE /devices/{device}/shares/{share}': route({
    summary: 'Show it no longer',
    who: helpers,
    params: z.strictObject({ device: Id, share: Id }),
    body: WithReason,
    answer: 'nothing',
  }),
  'PUT /devices/{device}/trace': route({
    summary: 'Write down what a device sends and is sent, for some minutes',
    who: managers,
    params: ofDevice,
    body: operations.StartTrace,
    answer: z.object({ until: z.iso.datetime() }),
  }),
  'DELETE /devices/{device}/trace': route({
    summary: 'Stop it, and forget what was written',
    who: managers,
    params: ofDevice,
    body: WithReason,
    answer: 'nothing',
  }),
  'GET /devices/{device}/trace': route({
    summary: 'What was written, oldest first',
    who: managers,
    params: ofDevice,
    query: z.strictObject({
      cursor: operations.DeliveryQuery.shape.cursor,
      limit: operations.DeliveryQuery.shape.limit,
    }),
    answer: page(operations.TraceText),
  }),
  'GET /devices/{device}/trace/live': route({
    summary: 'What a traced device sends and is sent, as it comes: events `entry`',
    who: managers,
    params: ofDevice,
    answer: 'events',
  }),
  'GET /set-aside': route({
    summary: 'Items that devices could not be given',
    who: readers,
    query: z.strictObject({
      tenant: z.string().optional(),
      user: z.string().optional(),
      cursor: operations.DeliveryQuery.shape.cursor,
      limit: operations.DeliveryQuery.shape.limit,
    }),
    answer: page(devices.SetAsideItem),
  }),
};

const userRoutes = {
  'GET /users': route({
    summary: 'Users that have synced, or were imported',
    who: readers,
    query: people.UserQuery,
    answer: page(people.User),
  }),
  'GET /users/{tenant}/{user}': route({
    summary: 'A user',
    who: readers,
    params: ofUser,
    answer: people.User,
  }),
  'PUT /users/{tenant}/{user}': route({
    summary: 'Switch ActiveSync on or off for a user',
    who: helpers,
    params: ofUser,
    body: people.ChangedUser,
    answer: people.User,
  }),
  'POST /users/{tenant}/{user}/test': route({
    summary: 'Try the login at every source, step by step',
    who: helpers,
    params: ofUser,
    body: people.TestLogin,
    answer: people.TestReport,
  }),
  'GET /users/{tenant}/{user}/shares': route({
    summary: 'Folders of others that all devices of a user are shown',
    who: readers,
    params: ofUser,
    answer: list(devices.SharedFolder),
  }),
  'POST /users/{tenant}/{user}/shares': route({
    summary: 'Show all devices of a user a folder of somebody else',
    who: helpers,
    params: ofUser,
    body: devices.NewSharedFolder,
    answer: devices.SharedFolder,
  }),
  'DELETE /users/{tenant}/{user}/shares/{share}': route({
    summary: 'Show it no longer',
    who: helpers,
    params: z.strictObject({ tenant: z.string(), user: z.string(), share: Id }),
    body: WithReason,
    answer: 'nothing',
  }),
  'GET /users/{tenant}/{user}/app-passwords': route({
    summary: 'Passwords for phones only',
    who: readers,
    params: ofUser,
    answer: list(people.AppPassword),
  }),
  'POST /users/{tenant}/{user}/app-passwords': route({
    summary: 'Make one; it is told only now',
    who: helpers,
    params: ofUser,
    body: people.NewAppPassword,
    answer: people.MadeAppPassword,
  }),
  'DELETE /users/{tenant}/{user}/app-passwords/{password}': route({
    summary: 'Take it back',
    who: helpers,
    params: z.strictObject({ tenant: z.string(), user: z.string(), password: Id }),
    body: WithReason,
    answer: 'nothing',
  }),
};

const tenantRoutes = {
  'GET /tenants': route({ summary: 'Tenants', who: readers, answer: list(people.Tenant) }),
  'GET /tenants/{tenant}': route({
    summary: 'A tenant',
    who: readers,
    params: ofTenant,
    answer: people.Tenant,
  }),
  'PATCH /tenants/{tenant}': route({
    summary: 'Change what becomes of new devices',
    who: managers,
    params: ofTenant,
    body: policies.ChangedTenantSettings,
    answer: people.Tenant,
  }),
  'GET /tenants/{tenant}/health': route({
    summary: 'Whether its sources can be reached, tried now',
    who: readers,
    params: ofTenant,
    answer: list(people.SourceHealth),
  }),
};

const policyRoutes = {
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

const accessRoutes = {
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

const operationRoutes = {
  'GET /tokens': route({
    summary: 'Tokens of the API',
    who: managers,
    query: perTenant,
    answer: list(people.Token),
  }),
  'POST /tokens': route({
    summary: 'Make a token; it is told only now',
    who: managers,
    body: people.NewToken,
    answer: people.MadeToken,
  }),
  'DELETE /tokens/{token}': route({
    summary: 'Take a token back',
    who: managers,
    params: one('token'),
    body: WithReason,
    answer: 'nothing',
  }),
  'GET /audit': route({
    summary: 'Who changed what, from where and why; newest first',
    who: readers,
    query: operations.AuditQuery,
    answer: page(operations.AuditEntry),
  }),
  'GET /audit.csv': route({
    summary: 'The same as a table',
    who: readers,
    query: operations.AuditFilter,
    answer: 'csv',
  }),
  'GET /webhooks': route({
    summary: 'Who is told of events',
    who: managers,
    query: perTenant,
    answer: list(operations.WebhookEndpoint),
  }),
  'GET /webhook-deliveries': route({
    summary: 'Events on their way, delivered, and given up',
    who: managers,
    query: operations.DeliveryQuery,
    answer: page(operations.WebhookDelivery),
  }),
  'POST /webhook-deliveries/{delivery}/retry': route({
    summary: 'Send an event again',
    who: managers,
    params: one('delivery'),
    answer: operations.WebhookDelivery,
  }),
  'POST /webhooks/{name}/trial': route({
    summary: 'Send an event of kind `trial` now and tell what was answered',
    who: managers,
    params: z.strictObject({ name: z.string() }),
    answer: z.object({ ok: z.boolean(), status: z.number().int().nullable(), detail: z.string() }),
  }),
  'POST /imports': route({
    summary: 'Make known devices of another server',
    who: providers,
    query: z.strictObject({ dryRun: Flag.optional() }),
    body: operations.Import,
    answer: operations.Imported,
  }),
};

const selfRoutes = {
  'GET /me/devices': route({
    summary: 'My devices',
    who: selves,
    answer: list(devices.DeviceSummary),
  }),
  'POST /me/devices/{device}/wipe': route({
    summary: 'Wipe my lost device',
    who: selves,
    params: ofDevice,
    body: z.strictObject({ kind: devices.WipeKindName, reason: Reason }),
    answer: devices.Wipe,
  }),
  'DELETE /me/devices/{device}/wipe': route({
    summary: 'I found it: cancel the wipe',
    who: selves,
    params: ofDevice,
    body: WithReason,
    answer: devices.Wipe,
  }),
  'DELETE /me/devices/{device}': route({
    summary: 'Forget a device I no longer have',
    who: selves,
    params: ofDevice,
    body: WithReason,
    answer: 'nothing',
  }),
  'GET /me/app-passwords': route({
    summary: 'My passwords for phones',
    who: selves,
    answer: list(people.AppPassword),
  }),
  'POST /me/app-passwords': route({
    summary: 'Make one; it is told only now',
    who: selves,
    body: people.NewAppPassword,
    answer: people.MadeAppPassword,
  }),
  'DELETE /me/app-passwords/{password}': route({
    summary: 'Take it back',
    who: selves,
    params: one('password'),
    body: WithReason,
    answer: 'nothing',
  }),
};

/** Every route under /admin/v1, by method and path. */
export const routes = {
  ...session,
  ...overview,
  ...deviceRoutes,
  ...userRoutes,
  ...tenantRoutes,
  ...policyRoutes,
  ...accessRoutes,
  ...operationRoutes,
  ...selfRoutes,
};

export type Routes = typeof routes;
export type RouteName = keyof Routes;
/** Where they all begin. */
export const API_BASE = '/admin/v1';
