import { z } from 'zod';
import { managers, providers, readers, route } from '../route.js';
import { Flag, list, page, WithReason } from '../schemas/common.js';
import * as operations from '../schemas/operations.js';
import * as people from '../schemas/people.js';
import { one, perTenant } from './parameters.js';

/** Tokens, the audit log, webhooks, and devices of other servers. */
export const operationRoutes = {
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
