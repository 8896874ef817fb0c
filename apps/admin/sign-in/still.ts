import type { IncomingMessage } from 'node:http';
import type { Principal } from '../call.js';
import type { SignInParts } from './sign-in-parts.js';

/**
 * Whether a request that is answered for a long time would still be answered to the same caller with the same rights: its
 * token was not taken back and has not expired, its session has not ended. Counts as no attempt, and renews nothing.
 */
export async function isStill(
  { tokens, sessions }: Pick<SignInParts, 'tokens' | 'sessions'>,
  request: IncomingMessage,
  then: Principal,
): Promise<boolean> {
  const { authorization } = request.headers;
  const now =
    authorization === undefined
      ? (await sessions.of(request))?.principal
      : (await tokens.holder(authorization.replace(/^Bearer +/i, '').trim()))?.principal;
  return now?.role === then.role && now.tenant === then.tenant && now.user === then.user;
}
