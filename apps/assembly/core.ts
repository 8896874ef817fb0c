import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import {
  Accounts,
  connectTenant,
  freeGuesses,
  LocalFailureCounts,
  storedNames,
  type FailureCounts,
  type Guess,
  type PimShared,
} from '#accounts';
import { clientProfiles, type ClientProfiles } from '#clients';
import { BullRuntime, InProcessRuntime, sealer, type ActorRuntime, type Refusal, type Sealer } from '#actors';
import { Connections } from '#connections';
import { InProcessBus, RedisBus, SharedFailures, type Bus } from '#bus';
import { createMetrics, Health, seldom, type Configuration, type Log, type Metrics } from '#ops';
import {
  MemoryScheduledMailStore,
  type AccountStores,
  type AdministrationStores,
  type ScheduledMailStore,
} from '#store';
import { SuggestedContacts } from '#suggested-contacts';
import type { Defer } from './closers.js';
import { registerErrors } from './errors.js';
import { MeasuredRuntime } from './measured-runtime.js';

/** What every process is made of, whatever its role. */
export interface Core {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly accounts: Accounts;
  readonly clients: ClientProfiles;
  /** Hides what leaves the process, and what is stored: only processes with the same configured secret can open it. */
  readonly sealer: Sealer;
  readonly runtime: ActorRuntime;
  readonly bus: Bus;
  /**
   * Failed sign-ins, counted by all processes together. The administrators' API counts its own as kind `administrator`:
   * `wait` before a secret is looked at, `add` when it was wrong.
   */
  readonly guesses: FailureCounts;
  /** Names this process among all of the installation. */
  readonly node: string;
  readonly scheduledMail: ScheduledMailStore;
  /** What administrators decided; undefined in a process without a database. */
  readonly administration: AdministrationStores | undefined;
}

async function openRuntime(
  { actors, limits }: Configuration,
  log: Log,
  metrics: Metrics,
): Promise<ActorRuntime> {
  const longestDelay = limits.askSeconds * 1000 * limits.queueShare;
  const common = {
    report: (failure: { id: string; error: unknown }): void =>
      log.event('actor.failed', { id: failure.id, error: failure.error }),
    onRefused: (reason: Refusal): void => metrics.asksRefused.inc({ reason }),
    longestWait: 2 * longestDelay,
    longestDelay,
  };
  if (actors === 'local') return new MeasuredRuntime(new InProcessRuntime(common), metrics);
  const warn = seldom((error, times) => log.event('redis.unavailable', { error, times }));
  const runtime = await BullRuntime.connect({ ...common, redis: actors, warn });
  return new MeasuredRuntime(runtime, metrics);
}

function openBus({ actors }: Configuration, log: Log): Promise<Bus> {
  const report = (error: unknown): void => log.event('bug', { where: 'bus', error });
  if (actors === 'local') return Promise.resolve(new InProcessBus(report));
  const warn = seldom((error, times) => log.event('redis.unavailable', { error, times }));
  const restored = (): void => log.event('redis.restored', {});
  return RedisBus.connect({ redis: actors, report, warn, restored });
}

/** All sources of the process share one: the limits are the node's. */
function openConnections(
  { connections: { waitSeconds, ...limits } }: Configuration,
  log: Log,
  metrics: Metrics,
): Connections {
  return new Connections({ limits: { ...limits, patience: waitSeconds * 1000 }, log, metrics });
}

function openGuesses({ actors, signIn }: Configuration): FailureCounts {
  const maxDelay = signIn.maxDelaySeconds * 1000;
  const local = new LocalFailureCounts({ maxDelay });
  return actors === 'local'
    ? local
    : new SharedFailures<Guess>({ redis: actors, free: freeGuesses, maxDelay, local });
}

export interface CoreOptions {
  readonly log: Log;
  /** Keeps for accounts what their sources cannot keep themselves. */
  readonly stores: AccountStores | undefined;
  /** What the core itself holds is closed by this; actors end what they work on. */
  readonly defer: Defer;
}

/** Builds the core from a configuration. Connects to Redis if actors are there; everything else is opened when needed. */
export async function openCore(
  configuration: Configuration,
  { log, stores, defer }: CoreOptions,
): Promise<Core> {
  registerErrors();
  const metrics = createMetrics({ process: true });
  // Without a configured secret nothing leaves this process, and what it sealed dies with it.
  const seal = sealer(configuration.secret ?? randomBytes(32).toString('base64url'));
  const suggested = stores && new SuggestedContacts(stores.suggestions);
  const isOneOfMany = configuration.actors !== 'local';
  const shared: PimShared = {
    connections: openConnections(configuration, log, metrics),
    suggested,
    isOneOfMany,
    ...(stores && { names: storedNames(stores.objectNames) }),
  };
  const guesses = openGuesses(configuration);
  defer('failed sign-ins', () => guesses.close());
  const accounts = new Accounts({
    configuration,
    sealer: seal,
    connect: (tenant) => connectTenant(tenant, configuration.watch, shared),
    notes: stores?.notes,
    suggested,
    failures: guesses,
    // What is sealed with a secret of this process alone could not be opened after a restart.
    appPasswords: configuration.secret === undefined ? undefined : stores?.administration.appPasswords,
    log,
    metrics,
  });
  defer('sources', () => accounts.close());
  const bus = await openBus(configuration, log);
  defer('bus', () => bus.close());
  const runtime = await openRuntime(configuration, log, metrics);
  // Actors use all of the others until they are closed.
  defer('actors', ({ left }) => runtime.close(left()));
  bus.onGap(() => accounts.doubt());
  bus.subscribe('account-changed', (account) => accounts.distrustUser(account));
  return {
    configuration,
    log,
    metrics,
    health: new Health(),
    accounts,
    clients: clientProfiles(configuration.clients),
    sealer: seal,
    runtime,
    bus,
    guesses,
    node: `${hostname()}-${process.pid}`,
    // Without a database each node remembers for itself.
    administration: stores?.administration,
    scheduledMail: stores?.scheduledMail ?? new MemoryScheduledMailStore(),
  };
}
