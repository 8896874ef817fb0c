import type { IncomingMessage, ServerResponse } from 'node:http';
import { fill, parseLogin, type Account } from '#accounts';
import {
  ACTIVE_SYNC_PATH,
  InvalidPoxRequest,
  JSON_PATH,
  jsonAnswer,
  MAX_POX_REQUEST,
  mobileSyncError,
  mobileSyncRedirect,
  mobileSyncSettings,
  outlookRedirect,
  outlookSettings,
  POX_PATH,
  poxError,
  readPoxRequest,
  type AnsweredUser,
  type MailServerHint,
  type PoxRequest,
} from '#discovery';
import type { Core } from '../../assembly/core.js';
import { isPassing } from '../answer-failure.js';
import { PhoneSignIn, type Refused } from '../phone-sign-in.js';
import { BodyTooLarge, requestBody } from '../request-body.js';
import { Disconnected } from '../response-sink.js';
import { publicOrigin, schemeOf } from './public-url.js';

/** Seconds after which it makes sense to ask again. */
const RETRY_AFTER = '30';
const XML = 'text/xml; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';
const headersOf = ({ retryAfter, challenges }: Refused): Record<string, string | string[]> => ({
  ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
  ...(challenges.length > 0 && { 'WWW-Authenticate': [...challenges] }),
});

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string | string[]>> = {},
): void {
  response.writeHead(status, {
    'Cache-Control': 'private, no-store',
    ...headers,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** `host:port`; the ports of implicit TLS are known, on all others programs use STARTTLS. */
function hint(text: string | undefined): MailServerHint | undefined {
  if (text === undefined) return undefined;
  const [host = '', port] = text.split(':');
  return { host, port: Number(port), tls: port === '993' || port === '465' };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const { content } = await requestBody(request, MAX_POX_REQUEST);
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

/** Tells clients where this server is, by the mail address (MS-ASCMD 2.2.1.1 Autodiscover; v2 in JSON). */
export class AutodiscoverEndpoint {
  private readonly signIn: PhoneSignIn;

  constructor(private readonly core: Core) {
    this.signIn = new PhoneSignIn(core);
  }

  /** Never throws: what goes wrong is answered. */
  async pox(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.answer(request, response);
    } catch (error) {
      if (error instanceof Disconnected) return;
      if (error instanceof BodyTooLarge) return send(response, 413, '', { Connection: 'close' });
      // A mail server or database that is away is no fault of anybody here.
      if (isPassing(error)) return send(response, 503, '', { 'Retry-After': RETRY_AFTER });
      this.core.log.event('bug', { where: 'autodiscover', error });
      send(response, 500, '');
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { listen } = this.core.configuration;
    const elsewhere = this.redirection(request);
    if (elsewhere !== null) return send(response, 302, '', { Location: elsewhere });
    // Trap 107: 401 first, also for a request without a body or a login.
    const result = await this.signIn.authenticate(request);
    if (result.kind === 'refused') {
      request.resume();
      return send(response, result.status, '', headersOf(result));
    }
    const origin = publicOrigin(request, listen);
    if (origin === null) return send(response, 400, '');
    try {
      const asked = readPoxRequest(await textOf(request));
      send(response, 200, await this.settings(asked, result.account, origin), { 'Content-Type': XML });
    } catch (error) {
      if (!(error instanceof InvalidPoxRequest)) throw error;
      send(response, 200, poxError(600, new Date()), { 'Content-Type': XML });
    }
  }

  /**
   * A GET over plain HTTP is how a client looks for the real place (MS-ASCMD 3.1.5.1): it is sent to the TLS address, and
   * a password sent in clear by mistake is not even looked at.
   */
  private redirection(request: IncomingMessage): string | null {
    const { listen } = this.core.configuration;
    const isPublicTls = listen.publicUrl?.startsWith('https:') === true;
    if (!isPublicTls || request.method !== 'GET' || schemeOf(request, listen.trustedProxies) === 'https') {
      return null;
    }
    return `${new URL(listen.publicUrl!).origin}${POX_PATH}`;
  }

  private async settings({ address, form }: PoxRequest, account: Account, origin: string): Promise<string> {
    if (form === null) return poxError(601, new Date());
    const user = await this.userOf(account, address);
    const login = parseLogin(user.address);
    if (!login || !user.address.includes('@')) return mobileSyncError(user, 'That is no mail address.');
    const { redirectTo, imap, smtp } = account.tenant.settings.autodiscover;
    const url = `${origin}${ACTIVE_SYNC_PATH}`;
    const target = redirectTo === undefined ? user.address : fill(redirectTo, login);
    // Who already asks for that address has arrived: sending him on would be a circle.
    if (target.toLowerCase() !== user.address.toLowerCase()) {
      return form === 'outlook' ? outlookRedirect(user, target) : mobileSyncRedirect(user, target);
    }
    if (form === 'mobilesync') return mobileSyncSettings(user, url);
    return outlookSettings(user, { login: account.user, url, imap: hint(imap), smtp: hint(smtp) });
  }

  /** Who asks, by his mail address, with the name a directory may know him by. */
  private async userOf(account: Account, asked: string | null): Promise<AnsweredUser> {
    const lease = this.core.accounts.lease(account);
    try {
      const identities = await lease.identities();
      const own = identities.find((identity) => identity.address === asked?.toLowerCase()) ?? identities[0];
      const address = asked ?? own?.address ?? account.address;
      return { address, displayName: own?.displayName ?? address };
    } finally {
      lease.release();
    }
  }

  /** Version 2: without a password, by query or path. */
  json(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://unused');
    const origin = publicOrigin(request, this.core.configuration.listen);
    if (request.method !== 'GET') return send(response, 405, '', { Allow: 'GET' });
    if (origin === null) return send(response, 400, '');
    const query = (name: string): string | null =>
      [...searchParams].find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
    const inPath = pathname.toLowerCase().startsWith(`${JSON_PATH}/v1.0/`)
      ? pathname.split('/').at(-1)
      : null;
    const address = query('email') ?? (inPath ? decoded(inPath) : null);
    const at = { activeSync: `${origin}${ACTIVE_SYNC_PATH}`, pox: `${origin}${POX_PATH}` };
    const { status, body } = jsonAnswer(address, query('protocol'), at);
    send(response, status, JSON.stringify(body), { 'Content-Type': JSON_TYPE });
  }
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
