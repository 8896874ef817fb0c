import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { RuntimeUnavailable, DeadlinePassed } from '#actors';
import type { Problem } from '#admin-api';
import { StoreUnavailable } from '#store';
import { Refused } from './call.js';

/** Seconds after which a caller may come back when the database or Redis is away. */
const RETRY_AFTER = 5;

/** What somebody gave that does not fit its schema: 422 with each field. */
export function refuseInvalid(error: z.ZodError, where: string): Refused {
  const fields = error.issues.map(({ path, message }) => ({
    path: path.map(String).join('.') || where,
    message,
  }));
  const [first] = fields;
  return new Refused(422, 'invalid', first ? `${first.path}: ${first.message}` : 'invalid', fields);
}

/** What went wrong, as a refusal; a bug becomes null. */
export function refusalOf(error: unknown): Refused | null {
  if (error instanceof Refused) return error;
  if (error instanceof StoreUnavailable)
    return new Refused(503, 'database-unavailable', 'The database does not answer.', undefined, RETRY_AFTER);
  if (error instanceof RuntimeUnavailable || error instanceof DeadlinePassed)
    return new Refused(
      503,
      'actors-unavailable',
      'The device cannot be reached now.',
      undefined,
      RETRY_AFTER,
    );
  return null;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Sign in first',
  403: 'Not allowed',
  404: 'Not there',
  405: 'Wrong method',
  409: 'Not possible as things are',
  413: 'Too large',
  422: 'Invalid',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'The mail system behind did not answer as it should',
  503: 'Not available now',
};

const bug = (id: string | null): Problem => ({
  code: 'internal',
  title: TITLES[500]!,
  status: 500,
  detail: `The log tells more, under ${id}.`,
});

const problemOf = ({ code, status, message, fields }: Refused): Problem => ({
  code,
  title: TITLES[status] ?? 'Error',
  status,
  detail: message,
  ...(fields && { fields: [...fields] }),
});

/** Answers with a problem; null is a bug, whose id in the log is given back. */
export function sendProblem(response: ServerResponse, error: Refused | null): string | null {
  const id = error ? null : randomUUID();
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return id;
  }
  const problem = error ? problemOf(error) : bug(id);
  const { status } = problem;
  const body = JSON.stringify(problem);
  response.writeHead(status, {
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...(error?.retryAfter !== undefined && { 'Retry-After': String(error.retryAfter) }),
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer realm="Godwit administration"' }),
  });
  response.end(body);
  return id;
}
