// An identity provider for tests: `node oidc-provider.mjs PORT REDIRECT_URI`. Whoever signs in as X is in the group X.
import { Provider } from 'oidc-provider';

const [port, redirectUri] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: 'godwit', client_secret: 'a secret of the client', redirect_uris: [redirectUri] }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['groups'] },
  conformIdTokenClaims: true,
  cookies: { keys: ['a key of this test'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: true, groups: [id] }),
  }),
});
provider.listen(Number(port), '127.0.0.1');
