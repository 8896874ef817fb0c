import type { ServerResponse } from 'node:http';
import { SealBroken } from '#actors';
import { Refused, type Call, type HandlersOf } from '../call.js';
import type { AdminParts } from '../parts.js';
import { securityHeaders } from '../security-headers.js';
import { cookieOf, setCookie, type CookieKind } from '../sign-in/cookies.js';
import { isSecure } from '../sign-in/origin.js';
import type { Journey, OidcProvider } from './oidc-provider.js';

/** `Lax`: one comes back from another site with it. */
const COOKIE: CookieKind = { name: 'godwit_oidc', path: '/admin/v1/session/oidc', sameSite: 'Lax' };
const CONTEXT = 'admin/oidc';
/** Seconds somebody may take to sign in there. */
const PATIENCE = 600;

interface Kept extends Journey {
  /** Epoch milliseconds. */
  readonly until: number;
}

function go(response: ServerResponse, location: string): void {
  response.writeHead(302, { ...securityHeaders, Location: location, 'Cache-Control': 'no-store' }).end();
}

/** A page for people, who came here by a browser and not by a program. */
function tell(response: ServerResponse, status: number, text: string): void {
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Godwit</title><h1>Not signed in</h1><p>${text}</p><p><a href="/">Back to the sign-in</a></p></html>`;
  response.writeHead(status, {
    ...securityHeaders,
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  response.end(page);
}

type Routes = 'GET /session/oidc' | 'GET /session/oidc/callback';

/** Sign-in by an identity provider: there, and back. */
export function oidcHandlers(parts: AdminParts): HandlersOf<Routes> {
  const { core, signIn } = parts;
  const secure = (request: Call<Routes>['request']): boolean => isSecure(request, core.configuration);
  const provider = (): OidcProvider => {
    if (signIn.oidc) return signIn.oidc;
    throw new Refused(404, 'no-oidc', 'No identity provider is configured.');
  };
  return {
    'GET /session/oidc': async ({ request, response }) => {
      const oidc = provider();
      try {
        const { url, journey } = await oidc.begin();
        const kept: Kept = { ...journey, until: Date.now() + PATIENCE * 1000 };
        const sealed = core.sealer.seal(kept, CONTEXT);
        setCookie(response, COOKIE, sealed, { seconds: PATIENCE, secure: secure(request) });
        go(response, url.href);
      } catch (error) {
        core.log.event('admin.oidc-failed', { error });
        tell(response, 502, 'The identity provider does not answer.');
      }
    },
    'GET /session/oidc/callback': async (call) => {
      const oidc = provider();
      const { request, response } = call;
      const kept = keptBy(parts, call);
      setCookie(response, COOKIE, '', { seconds: 0, secure: secure(request) });
      if (!kept) return tell(response, 400, 'That took too long, or was begun in another browser.');
      await finish(parts, oidc, kept, call);
    },
  };
}

async function finish(
  { core, signIn }: AdminParts,
  oidc: OidcProvider,
  kept: Kept,
  { request, response, address }: Call<Routes>,
): Promise<void> {
  const { sessions, auditor, limits } = signIn;
  const refuse = async (status: number, why: string, text: string): Promise<void> => {
    await limits.failure(address);
    await auditor.refused(null, address, 'sign-in', why);
    tell(response, status, text);
  };
  let principal;
  try {
    principal = await oidc.complete(new URL(request.url ?? '/', 'http://unused').search, kept);
  } catch (error) {
    core.log.event('admin.oidc-failed', { error });
    return refuse(401, 'identity provider', 'The identity provider did not confirm who you are.');
  }
  if (!principal)
    return refuse(
      403,
      'no role',
      'You are known, but no role of Godwit is assigned to you. Ask your administrator.',
    );
  sessions.begin(request, response, { principal, ground: { kind: 'oidc' } });
  const { tenant } = principal;
  await auditor.record(principal, address, { action: 'session.begin', tenant, details: { by: 'oidc' } });
  go(response, '/');
}

function keptBy({ core }: AdminParts, { request }: Call<Routes>): Kept | null {
  try {
    const kept = core.sealer.open(cookieOf(request, COOKIE) ?? '', CONTEXT) as Kept;
    return kept.until > Date.now() ? kept : null;
  } catch (error) {
    if (error instanceof SealBroken) return null;
    throw error;
  }
}
