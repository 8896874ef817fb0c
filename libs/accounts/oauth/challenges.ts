import { setTimeout as after } from 'node:timers/promises';
import type { TokenJudge } from './token-judge.js';

const BASIC = 'Basic realm="Godwit", charset="UTF-8"';

/** An issuer that is slow keeps no phone waiting: the hint is left out. */
const soon = (): Promise<null> => after(1_000, null, { ref: false });

/**
 * What a phone is asked for with a 401. Basic comes first: older phones look at the first line only. Newer ones find in
 * `authorization_uri` where their user signs in, as Exchange tells it.
 */
export async function challengesFor(tokens: TokenJudge | null, user: string | null): Promise<string[]> {
  if (!tokens) return [BASIC];
  const issuer = tokens.issuerFor(user);
  const place = issuer && (await Promise.race([issuer.authorizationEndpoint(), soon()]));
  const hint = place ? `, authorization_uri="${place}"` : '';
  return [BASIC, `Bearer realm="Godwit"${hint}`];
}
