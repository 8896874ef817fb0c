import { BackendError } from './errors.js';
import type { Backend } from './port.js';

/**
 * A failure of a source beside that of the mail, which alone judges passwords: refused credentials are the administrator's
 * matter there. The phone stays signed in, and the source counts as one that is down.
 */
export const failureBesideMail = (error: unknown): unknown =>
  error instanceof BackendError && error.kind === 'auth'
    ? new BackendError('unavailable', error.message, { reason: 'credentials-refused', cause: error })
    : error;

const isPromise = (value: unknown): value is Promise<unknown> => value instanceof Promise;
const isIteration = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

async function* iterated(items: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* items;
  } catch (error) {
    throw failureBesideMail(error);
  }
}

async function awaited(result: Promise<unknown>): Promise<unknown> {
  try {
    return await result;
  } catch (error) {
    throw failureBesideMail(error);
  }
}

function guarded(result: unknown): unknown {
  if (isPromise(result)) return awaited(result);
  return isIteration(result) ? iterated(result) : result;
}

/** The backend with all it can do, whose failures are those of a source beside the mail. */
export const besideMail = <B extends Backend>(backend: B): B =>
  new Proxy(backend, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => guarded(Reflect.apply(member, target, args));
    },
  });
