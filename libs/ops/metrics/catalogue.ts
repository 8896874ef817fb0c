interface MetricDeclaration<L extends string> {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly L[];
  readonly buckets?: readonly number[];
}

const counter = <const L extends string = never>(name: string, help: string, ...labels: L[]) =>
  ({ type: 'counter', name, help, labels }) as const satisfies MetricDeclaration<L>;
const gauge = <const L extends string = never>(name: string, help: string, ...labels: L[]) =>
  ({ type: 'gauge', name, help, labels }) as const satisfies MetricDeclaration<L>;
const histogram = <const L extends string = never>(
  name: string,
  help: string,
  buckets: readonly number[],
  ...labels: L[]
) => ({ type: 'histogram', name, help, buckets, labels }) as const satisfies MetricDeclaration<L>;

/** Seconds, from half a millisecond to ten seconds. */
const fast = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Every metric, by the name the code uses. No label holds a user or a device: their number has no bound. */
export const metricCatalogue = {
  requests: counter('godwit_requests_total', 'Requests answered.', 'command', 'status', 'version'),
  working: gauge(
    'godwit_working_requests',
    'Requests being worked on now, those that wait for news left out.',
  ),
  requestFailures: counter(
    'godwit_request_failures_total',
    'Requests that failed: `unavailable`, `malformed`, `too-large`, `refused`, `provision`, `unauthorized`, `disconnected`, `bug`.',
    'kind',
  ),
  easStatuses: counter(
    'godwit_eas_status_total',
    'Status values other than 1 sent to phones, of whole answers and of single collections of a Sync. Ping 2 is news, Search and others have their own meanings (MS-ASCMD 2.2.3.177).',
    'command',
    'status',
  ),
  requestSeconds: histogram(
    'godwit_request_seconds',
    'Time from request to last byte, waiting for news left out.',
    fast,
    'command',
  ),
  firstByteSeconds: histogram(
    'godwit_first_byte_seconds',
    'Time from request to first byte of the answer body.',
    fast,
    'command',
  ),
  bytesIn: counter('godwit_request_bytes_total', 'Bytes of request bodies.', 'command'),
  bytesOut: counter('godwit_response_bytes_total', 'Bytes of answer bodies.', 'command'),
  items: counter('godwit_items_total', 'Items sent to phones.', 'class', 'kind'),
  held: gauge('godwit_held_requests', 'Phones that wait for news now.', 'command'),
  heldEnded: counter('godwit_held_ended_total', 'Waits that ended.', 'command', 'reason'),
  watchers: gauge('godwit_watched_accounts', 'Accounts watched now.'),
  watchEvents: counter('godwit_watch_events_total', 'Events the sources told of.'),
  pushNotices: counter(
    'godwit_push_notices_total',
    'Notices of changes that servers sent: `accepted`, `refused` (who sent them is not known), `malformed`, `too-large`, `unavailable` (Redis is away).',
    'kind',
    'outcome',
  ),
  watchFailures: counter('godwit_watch_failures_total', 'Watches that could not be opened or broke.'),
  signIns: counter('godwit_sign_ins_total', 'Sign-ins.', 'outcome'),
  asks: histogram(
    'godwit_actor_ask_seconds',
    'Time of a question to a device actor.',
    fast,
    'message',
    'outcome',
  ),
  actors: gauge('godwit_active_actors', 'Device actors loaded in this process.'),
  actorQueue: gauge(
    'godwit_actor_queue',
    'Device actors with messages that wait for a host, of all processes together; without Redis messages that wait.',
  ),
  actorDelay: gauge(
    'godwit_actor_queue_delay_seconds',
    'Time a message to a device actor that is sent now is expected to wait for a host.',
  ),
  asksRefused: counter(
    'godwit_actor_asks_refused_total',
    'Messages to device actors that were refused at once: `delay` (hosts do not keep up), `address` (too many wait for one device), `process` (too many are open in this process), `host` (counted where it runs: its processor has no time).',
    'reason',
  ),
  staleStates: counter('godwit_stale_states_total', 'States another host had changed meanwhile.'),
  feedSeconds: histogram('godwit_feed_seconds', 'Time of a page of changes.', fast, 'backend', 'outcome'),
  readSeconds: histogram('godwit_read_seconds', 'Time until an item was read.', fast, 'backend'),
  backendErrors: counter(
    'godwit_backend_errors_total',
    'Failures of sources, by what failed: one that could not even be opened counts under the class of its items.',
    'backend',
    'kind',
  ),
  openBackends: gauge('godwit_open_backends', 'Connection sets open now.', 'backend'),
  backendConnections: gauge(
    'godwit_backend_connections',
    'Connections to servers behind Godwit: `opening`, `working`, `watching`, `resting` (kept unused), `closing`. The first hundred hosts are named.',
    'host',
    'state',
  ),
  backendConnectionsWaiting: gauge(
    'godwit_backend_connections_waiting',
    'Requests that wait for a connection to a host.',
    'host',
  ),
  backendConnectionsRefused: counter(
    'godwit_backend_connections_refused_total',
    'Connections that were not opened: `circuit-open`, `account-resting`, `no-free-connection`, `too-many-waiting`, `no-room-to-watch`, `closed`.',
    'host',
    'reason',
  ),
  backendBreaker: gauge(
    'godwit_backend_breaker',
    'Whether a host is left alone because it is down: 0 no, 1 one connection tries, 2 yes.',
    'host',
  ),
  mailsSent: counter('godwit_mails_sent_total', 'Mails handed over for delivery.', 'outcome'),
  setAside: counter('godwit_items_set_aside_total', 'Items that could not be given to a phone.', 'class'),
  webhooks: counter(
    'godwit_webhook_deliveries_total',
    'Attempts to deliver an event to a webhook.',
    'outcome',
  ),
  bugs: counter('godwit_bugs_total', 'Failures that must not happen.'),
} as const;

export type MetricKey = keyof typeof metricCatalogue;
export type LabelOf<K extends MetricKey> = (typeof metricCatalogue)[K]['labels'][number];
