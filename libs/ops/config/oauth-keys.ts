import { z } from 'zod';
import { key } from './declare.js';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Tokens and keys never cross a network in clear. */
const secureUrl = () =>
  z.url({ protocol: /^https?$/ }).refine(
    (text) => {
      const url = URL.canParse(text) ? new URL(text) : null;
      return url !== null && (url.protocol === 'https:' || LOOPBACK.test(url.hostname));
    },
    { error: 'expected an https URL; http is for this machine only' },
  );

/** Who issues the tokens a tenant's phones may sign in with. */
export const oauthKeys = z.strictObject({
  issuer: key(secureUrl(), 'The issuer, exactly as its tokens name it (`iss`).', { expects: 'an https URL' }),
  audience: key(
    z.string().min(1),
    'What tokens must be made for (`aud`): the identifier this service has at the issuer. Tokens for anything else are refused.',
  ),
  jwks: key(
    secureUrl().optional(),
    "Where the issuer's keys are; unless given, where its discovery document says (`.well-known/openid-configuration`).",
    { expects: 'an https URL' },
  ),
  introspection: key(
    z
      .strictObject({
        url: key(secureUrl(), 'Where tokens are asked about (RFC 7662).', { expects: 'an https URL' }),
        clientId: key(z.string().min(1), 'How Godwit signs in there.'),
        clientSecret: key(z.string().min(1), 'The secret to it.', { secret: true }),
      })
      .optional(),
    'Asks the issuer about each token instead of judging it by its keys: for opaque tokens, and where a token taken back must end at once. An answer holds until the token ends, at most 5 minutes.',
  ),
  userClaim: key(
    z.string().min(1).default('email'),
    'The claim that is the login. An `email` the issuer calls unverified counts for nothing.',
  ),
  scopes: key(z.array(z.string().min(1)).default([]), 'Scopes a token must have, all of them.'),
  leewaySeconds: key(
    z.number().int().min(0).max(300).default(30),
    'How far the clocks of issuer and gateway may be apart.',
  ),
});
