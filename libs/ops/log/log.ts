import { pino, type DestinationStream } from 'pino';
import { events, type EventName, type FieldOf, type Level } from './catalogue.js';
import { readable } from './readable.js';
import { traceFields } from '../spans/spans.js';

/** What a logger takes: any part of an event's fields. `error` takes whatever was thrown. */
export type EventFields<N extends EventName> = { readonly [F in FieldOf<N>]?: unknown };

/** Where events go. Everything that logs is given one; nothing logs free text. */
export interface Log {
  /** Writes an event of the catalogue. */
  event<N extends EventName>(name: N, fields?: EventFields<N>): void;
  /** Whether events of this name are written, to spare the making of costly fields. */
  writes(name: EventName): boolean;
  /** Changes the least severe level written, while running. */
  setLevel(level: Level | 'silent'): void;
}

export interface LogOptions {
  readonly level?: Level | 'silent';
  /** `auto`: text where `terminal`, else JSON. */
  readonly format?: 'auto' | 'json' | 'text';
  readonly terminal?: boolean;
  /** Where lines go; standard output unless given. */
  readonly destination?: DestinationStream;
}

/** Names of fields that are never written, wherever they come from: an error's own properties too. */
const secretFields = [
  'password',
  'pass',
  'secret',
  'token',
  'authorization',
  'credentials',
  'sealed',
  'auth',
];
const redactedPaths = secretFields.flatMap((name) => [name, `*.${name}`, `error.*.${name}`]);

/** Creates the process's log. Lines are written synchronously, so that the last words of a dying process are kept. */
export function createLog(options: LogOptions = {}): Log {
  const { format = 'auto', destination = pino.destination({ dest: 1, sync: true }) } = options;
  const text = format === 'text' || (format === 'auto' && (options.terminal ?? process.stdout.isTTY));
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: null,
      messageKey: 'event',
      errorKey: 'error',
      mixin: traceFields,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: {
        error: (error: unknown) => (error instanceof Error ? pino.stdSerializers.err(error) : error),
      },
      redact: { paths: redactedPaths, censor: '[secret]' },
    },
    text ? readable(destination) : destination,
  );
  return {
    event: (name: EventName, fields: object = {}) => logger[events[name].level](fields, name as string),
    writes: (name) => logger.isLevelEnabled(events[name].level),
    setLevel: (level) => {
      logger.level = level;
    },
  };
}

/** A log that keeps nothing: for tests and for tools that print by other means. */
export const silentLog: Log = { event: () => undefined, writes: () => false, setLevel: () => undefined };
