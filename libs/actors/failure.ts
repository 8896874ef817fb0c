import { DeadlinePassed, Overloaded } from './runtime.js';

/**
 * The actor threw something nobody registered: a bug on its side. The asker learns an id to look for in the hosting
 * process's log, and the message; never a stack. In the same process `cause` is the original.
 */
export class ActorFailure extends Error {
  override readonly name = 'ActorFailure';
  readonly id: string;
  constructor(message: string, id: string, cause?: unknown) {
    super(message, { cause });
    this.id = id;
  }
}

/** Redis cannot be reached, or lost the message before anybody took it: nothing can be said of its effect. */
export class RuntimeUnavailable extends Error {
  override readonly name = 'RuntimeUnavailable';
}

/** A message or an answer is over the runtime's size limit (bytes of JSON). */
export class MessageTooLarge extends Error {
  override readonly name = 'MessageTooLarge';
  readonly size: number;
  readonly limit: number;
  constructor(size: number, limit: number) {
    super(`a message of ${size} bytes is over the limit of ${limit}`);
    this.size = size;
    this.limit = limit;
  }
}

/** How an error's own fields travel as JSON. The message travels by itself. */
export interface ErrorCodec<E extends Error> {
  toJson(error: E): unknown;
  fromJson(fields: unknown, message: string): E;
}

interface Registration {
  readonly matches: (error: unknown) => boolean;
  readonly toJson: (error: Error) => unknown;
  readonly fromJson: (fields: unknown, message: string) => Error;
}

const registrations = new Map<string, Registration>();

/**
 * Makes a class of errors cross from the actor to its asker unchanged. `name` is what it is called on the wire; asker and
 * host must both have registered it. Registering the name again replaces the codec.
 */
export function registerError<E extends Error>(
  name: string,
  errorClass: abstract new (...args: never[]) => E,
  codec: ErrorCodec<E>,
): void {
  registrations.set(name, {
    matches: (error) => error instanceof errorClass,
    toJson: (error) => (error instanceof errorClass ? codec.toJson(error) : undefined),
    fromJson: (fields, message) => codec.fromJson(fields, message),
  });
}

/** Whether the error is part of what actors say, rather than a bug. */
export function isRegistered(error: unknown): boolean {
  return [...registrations.values()].some((registration) => registration.matches(error));
}

/** An error as it travels. */
export interface ErrorJson {
  readonly name: string;
  readonly message: string;
  readonly fields?: unknown;
}

/** A registered error, for the wire. Everything else has become an ActorFailure before. */
export function errorToJson(error: Error): ErrorJson {
  for (const [name, registration] of registrations) {
    if (registration.matches(error))
      return { name, message: error.message, fields: registration.toJson(error) };
  }
  throw new TypeError(`${error.name} is not registered`);
}

export function errorFromJson(json: ErrorJson): Error {
  const registration = registrations.get(json.name);
  // A newer version at the other end may know more errors than this one; both are there for as long as an upgrade takes.
  if (!registration) return new RuntimeUnavailable(`${json.name}: ${json.message}`);
  return registration.fromJson(json.fields, json.message);
}

const field = (fields: unknown, key: string): unknown =>
  typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>)[key] : undefined;
const numberField = (fields: unknown, key: string): number => Number(field(fields, key) ?? 0);

registerError('DeadlinePassed', DeadlinePassed, {
  toJson: () => undefined,
  fromJson: (_fields, message) => new DeadlinePassed(message),
});
registerError('Overloaded', Overloaded, {
  toJson: (error) => ({ retryAfter: error.retryAfter }),
  fromJson: (fields, message) => new Overloaded(message, numberField(fields, 'retryAfter')),
});
registerError('ActorFailure', ActorFailure, {
  toJson: (error) => ({ id: error.id }),
  fromJson: (fields, message) => new ActorFailure(message, String(field(fields, 'id'))),
});
registerError('RuntimeUnavailable', RuntimeUnavailable, {
  toJson: () => undefined,
  fromJson: (_fields, message) => new RuntimeUnavailable(message),
});
registerError('MessageTooLarge', MessageTooLarge, {
  toJson: (error) => ({ size: error.size, limit: error.limit }),
  fromJson: (fields) => new MessageTooLarge(numberField(fields, 'size'), numberField(fields, 'limit')),
});
