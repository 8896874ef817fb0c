import { anybody, everybody, route } from '../route.js';
import { Json } from '../schemas/common.js';
import * as people from '../schemas/people.js';

/** Signing in and out. */
export const sessionRoutes = {
  'GET /openapi.json': route({ summary: 'This API as an OpenAPI 3.1 document', who: anybody, answer: Json }),
  'GET /session/ways': route({
    summary: 'How one can sign in here',
    who: anybody,
    answer: people.SignInWays,
  }),
  'POST /session': route({
    summary: 'Sign in: the session is kept in a cookie',
    who: anybody,
    body: people.SignInRequest,
    answer: people.Session,
  }),
  'GET /session': route({ summary: 'Who is signed in', who: everybody, answer: people.Session }),
  'DELETE /session': route({ summary: 'Sign out', who: everybody, answer: 'nothing' }),
  'GET /session/oidc': route({
    summary: 'Go to the identity provider to sign in',
    who: anybody,
    answer: 'redirect',
  }),
  'GET /session/oidc/callback': route({
    summary: 'Come back from the identity provider',
    who: anybody,
    // What a provider appends is its own matter.
    answer: 'redirect',
  }),
};
