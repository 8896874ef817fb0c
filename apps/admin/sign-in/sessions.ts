import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SealBroken, type Sealer } from '#actors';
import type { Configuration } from '#ops';
import type { SessionStore } from '#store';
import { Refused, type Principal } from '../call.js';
import { cookieOf, setCookie, type CookieKind } from './cookies.js';
import { isOwnPage, isSecure } from './origin.js';
import type { Ground, Holder, TokenJudge } from './token-judge.js';

const COOKIE: CookieKind = { name: 'godwit_session', path: '/admin', sameSite: 'Strict' };
const CONTEXT = 'admin/session';

const MINUTE = 60_000;
/** Without use a session ends after this time, in milliseconds; used or not, after the other one. */
const IDLE = 8 * 60 * MINUTE;
const LONGEST = 24 * 60 * MINUTE;
/** A cookie is not renewed with each of the many requests of a page. */
const RENEW_AFTER = 5 * MINUTE;

/** What the cookie holds, sealed: nobody but a process with the same secret can read or make one. */
interface Content {
  readonly id: string;
  readonly principal: Principal;
  readonly ground: Ground;
  /** What a page proves with that it could read our answers. */
  readonly csrf: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly renewedAt: number;
}

export type OpenSession = Pick<Content, 'id' | 'principal' | 'csrf'>;

export interface SessionsOptions {
  readonly sealer: Sealer;
  readonly tokens: TokenJudge;
  readonly ended: SessionStore;
  readonly configuration: Pick<Configuration, 'admin' | 'listen'>;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** Sessions of people at the console. All processes with the same secret know them; a secret that is drawn ends them. */
export class Sessions {
  private readonly now: () => number;

  constructor(private readonly options: SessionsOptions) {
    this.now = options.now ?? Date.now;
  }

  /** Signs somebody in: from now on the browser brings the cookie. */
  begin(request: IncomingMessage, response: ServerResponse, { principal, ground }: Holder): OpenSession {
    const now = this.now();
    const content: Content = {
      id: randomBytes(16).toString('base64url'),
      principal,
      ground,
      csrf: randomBytes(32).toString('base64url'),
      startedAt: now,
      renewedAt: now,
    };
    this.give(request, response, content);
    return content;
  }

  /** Whose session the request brings; null if none that is valid. */
  async of(request: IncomingMessage): Promise<OpenSession | null> {
    return this.content(request);
  }

  /**
   * As `of`, for a request that acts: it must come from a page of our own, and if it changes something prove so by
   * X-Godwit-CSRF. Throws Refused 403. Renews the cookie now and then.
   */
  async acting(request: IncomingMessage, response: ServerResponse): Promise<Principal | null> {
    const content = await this.content(request);
    if (!content) return null;
    if (request.method !== 'GET' && request.method !== 'HEAD') this.requireProof(request, content.csrf);
    const now = this.now();
    if (now - content.renewedAt > RENEW_AFTER) this.give(request, response, { ...content, renewedAt: now });
    return content.principal;
  }

  /** Signs out, everywhere the cookie may have got to. */
  async end(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const content = await this.content(request);
    if (content) await this.options.ended.end(content.id, new Date(content.startedAt + LONGEST));
    setCookie(response, COOKIE, '', { seconds: 0, secure: isSecure(request, this.options.configuration) });
  }

  private requireProof(request: IncomingMessage, csrf: string): void {
    const given = Buffer.from(String(request.headers['x-godwit-csrf'] ?? ''));
    const wanted = Buffer.from(csrf);
    const isProven = given.length === wanted.length && timingSafeEqual(given, wanted);
    if (!isProven || !isOwnPage(request, this.options.configuration))
      throw new Refused(403, 'csrf', 'With a cookie, changes need the header X-Godwit-CSRF of the session.');
  }

  private give(request: IncomingMessage, response: ServerResponse, content: Content): void {
    const left = content.startedAt + LONGEST - this.now();
    setCookie(response, COOKIE, this.options.sealer.seal(content, CONTEXT), {
      seconds: Math.ceil(Math.min(IDLE, left) / 1000),
      secure: isSecure(request, this.options.configuration),
    });
  }

  private async content(request: IncomingMessage): Promise<Content | null> {
    const cookie = cookieOf(request, COOKIE);
    const content = cookie ? this.opened(cookie) : null;
    if (!content) return null;
    const now = this.now();
    if (now - content.renewedAt > IDLE || now - content.startedAt > LONGEST) return null;
    const principal = await this.options.tokens.still(content.ground, content.principal);
    if (!principal || (await this.options.ended.isEnded(content.id))) return null;
    return { ...content, principal };
  }

  private opened(cookie: string): Content | null {
    try {
      return this.options.sealer.open(cookie, CONTEXT) as Content;
    } catch (error) {
      if (error instanceof SealBroken) return null;
      throw error;
    }
  }
}
