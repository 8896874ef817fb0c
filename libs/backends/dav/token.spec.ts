import { authorizationOf, davProofOf } from './config.js';

it('a token goes to a DAV server as Bearer, the newest one, and names the same account when it was renewed', () => {
  let accessToken = 'first';
  const credentials = {
    user: 'ada',
    get accessToken() {
      return accessToken;
    },
  };
  const proof = davProofOf(credentials);
  expect(authorizationOf(credentials)).toBe('Bearer first');
  accessToken = 'second';
  expect(authorizationOf(credentials)).toBe('Bearer second');
  expect(davProofOf(credentials)).toBe(proof);
  expect(proof).not.toContain('first');
  expect(davProofOf({ user: 'bob', accessToken })).not.toBe(proof);
});
