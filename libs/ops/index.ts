/**
 * What an operator sees of Godwit: the configuration (every key declared once in config/keys.ts), the log (every event
 * in log/catalogue.ts), the metrics (metrics/catalogue.ts), the spans (spans/catalogue.ts) and health. The pages under docs/operate are generated from
 * these declarations. Every other lib may use this one; it uses none.
 */
export { ConfigurationError, type Problem } from './config/problems.js';
export { WEBHOOK_EVENTS, type WebhookEvent } from './config/admin-keys.js';
export type { Configuration, TenantSettings } from './config/keys.js';
export type {
  DirectorySettings,
  MailSettings,
  OutOfOfficeSettings,
  PimSettings,
  SubmissionSettings,
} from './config/kinds.js';
export { bare, defaultOf, noteOf } from './config/declare.js';
export { policyKeys, type PolicySettings } from './config/policy-keys.js';
export type { PushSettings } from './config/push-keys.js';
export { explainConfiguration, type ExplainedKey, type Explanation } from './config/explain.js';
export { loadConfiguration, tenantName, type LoadedConfiguration, type LoadOptions } from './config/load.js';
export { renderConfiguration } from './config/reference.js';
export { parseRedisUrl, RedisUrlInvalid, type RedisNode, type RedisPlace } from './config/redis-url.js';
export type { EventName, Level } from './log/catalogue.js';
export { createLog, silentLog, type EventFields, type Log, type LogOptions } from './log/log.js';
export { seldom } from './log/seldom.js';
export { renderEvents } from './log/reference.js';
export { createMetrics, type Metrics } from './metrics/metrics.js';
export type { LabelOf, MetricKey } from './metrics/catalogue.js';
export { renderMetrics } from './metrics/reference.js';
export {
  errorType,
  inSpan,
  openSpan,
  traceContext,
  type OpenSpan,
  type SpanFields,
  type TraceContext,
} from './spans/spans.js';
export { renderSpans } from './spans/reference.js';
export { Health, type Check, type HealthReport } from './health/health.js';
