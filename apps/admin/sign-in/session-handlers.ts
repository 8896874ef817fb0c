import type { Accounts } from '#accounts';
import { BackendError } from '#backend';
import { version } from '../../assembly/paths.js';
import { Refused, type Call, type HandlersOf, type Principal } from '../call.js';
import type { AdminParts } from '../parts.js';
import { isOwnPage } from './origin.js';
import type { Holder } from './token-judge.js';

type Routes = 'GET /session/ways' | 'POST /session' | 'GET /session' | 'DELETE /session';
type Credentials = Call<'POST /session'>['body'];

const sessionOf = ({ name, role, tenant, user }: Principal, csrf: string) => ({
  ...{ name, role, tenant, user, csrf },
  version: version(),
});

/** Sign-in and sign-out of people at the console. */
export function sessionHandlers(parts: AdminParts): HandlersOf<Routes> {
  const { sessions, auditor, settings } = parts.signIn;
  return {
    'GET /session/ways': async () => ({
      oidc: settings.oidc !== undefined,
      oidcLabel: settings.oidc?.label ?? '',
      self: settings.selfService,
    }),
    'POST /session': async ({ body, request, response, address }) => {
      // Or another site could sign somebody in as somebody else.
      if (!isOwnPage(request, parts.core.configuration))
        throw new Refused(403, 'csrf', 'One signs in from the console itself.');
      const holder = await holderOf(parts, body, address);
      const { csrf } = sessions.begin(request, response, holder);
      await auditor.record(holder.principal, address, {
        ...{ action: 'session.begin', tenant: holder.principal.tenant, user: holder.principal.user },
        details: { by: holder.ground.kind },
      });
      return sessionOf(holder.principal, csrf);
    },
    'GET /session': async ({ principal, request }) => {
      const session = request.headers.authorization === undefined ? await sessions.of(request) : null;
      return sessionOf(principal, session?.csrf ?? '');
    },
    'DELETE /session': async (call) => {
      await sessions.end(call.request, call.response);
      const { tenant, user } = call.principal;
      await call.audit({ action: 'session.end', tenant, user });
    },
  };
}

/** Who these credentials belong to. Throws Refused 401, 429, 502. */
async function holderOf(parts: AdminParts, body: Credentials, address: string): Promise<Holder> {
  const { tokens, limits, auditor } = parts.signIn;
  await limits.mayGuess(address);
  const holder =
    'token' in body ? await tokens.holder(body.token) : await mailboxHolder(parts, body, address);
  if (holder) return holder;
  await limits.failure(address);
  await auditor.refused(null, address, 'sign-in', 'token' in body ? 'unknown token' : 'wrong password');
  throw new Refused(401, 'unauthorized', 'This is not known here.');
}

async function mailboxHolder(
  { core, signIn }: AdminParts,
  { user, password }: Extract<Credentials, { user: string }>,
  address: string,
): Promise<Holder | null> {
  if (!signIn.settings.selfService) throw new Refused(403, 'no-self-service', 'Users do not sign in here.');
  const result = await judged(core.accounts, `${user}:${password}`, address);
  if (result.kind === 'refused') {
    const { retryAfter } = result;
    if (retryAfter === undefined) return null;
    throw new Refused(
      429,
      'too-many',
      `Wait ${retryAfter} s before the next attempt.`,
      undefined,
      retryAfter,
    );
  }
  const { account } = result;
  return {
    principal: { name: `me ${account.user}`, role: 'me', tenant: account.tenant.name, user: account.user },
    ground: { kind: 'mailbox' },
  };
}

/** The mail server is the judge, as it is for phones, under the same limits. */
async function judged(accounts: Accounts, login: string, address: string) {
  try {
    const basic = `Basic ${Buffer.from(login).toString('base64')}`;
    // An app password is for phones: who stole one must not make himself more of them here.
    return await accounts.authenticate(basic, address, { mailboxOnly: true });
  } catch (error) {
    if (error instanceof BackendError)
      throw new Refused(502, 'mail-unavailable', 'The mail server cannot be asked now.');
    throw error;
  }
}
