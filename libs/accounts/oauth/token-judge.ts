import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import type { Log } from '#ops';
import { BoundedMap } from '../bounded-map.js';
import { parseLogin, type Login, type Tenant, type Tenants } from '../tenants.js';
import type { Grant } from './claims.js';
import { Issuer, type TokenVerdict } from './issuer.js';

export type JudgedToken =
  | {
      readonly kind: 'accepted';
      readonly tenant: Tenant;
      readonly login: Login;
      /** Milliseconds since 1970. */
      readonly expiresAt: number;
    }
  | {
      readonly kind: 'refused';
      readonly reason: 'token-expired' | 'token-invalid' | 'no-tenant';
      readonly tenant: string | null;
      /** It was not refused a moment ago already. */
      readonly isNew: boolean;
    };

export interface TokenJudgeOptions {
  /** Milliseconds a judged token is trusted, as long as it lives. */
  readonly trust: number;
  readonly log: Log;
  readonly defaultDomain?: string | undefined;
}

/** A token that was judged. */
interface Known {
  readonly judged: JudgedToken;
  /** Milliseconds since 1970. */
  readonly until: number;
}

const CAPACITY = 100_000;
/** Apart from the good ones, so that a flood of bad tokens cannot push those out. */
const BAD_CAPACITY = 20_000;
/** A bad token is not judged again for so long, in milliseconds. */
const REFUSED_FOR = 30_000;
/** What an issuer told of a token holds no longer, in milliseconds. */
const LONGEST_TRUST = 300_000;

const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** Judges access tokens: finds who issued one, whether it is good, and whose login it is. */
export class TokenJudge {
  private readonly good = new BoundedMap<Known>(CAPACITY);
  private readonly bad = new BoundedMap<Known>(BAD_CAPACITY);
  private readonly judging = new Map<string, Promise<JudgedToken>>();

  private constructor(
    private readonly tenants: Tenants,
    private readonly issuers: ReadonlyMap<Tenant, Issuer>,
    private readonly options: TokenJudgeOptions,
  ) {}

  /** Null if no tenant takes tokens. Tenants with the same settings share what is known of their issuer. */
  static of(tenants: Tenants, options: TokenJudgeOptions): TokenJudge | null {
    const shared = new Map<string, Issuer>();
    const issuers = new Map<Tenant, Issuer>();
    for (const tenant of tenants.all) {
      const { oauth } = tenant.settings;
      if (!oauth) continue;
      const key = JSON.stringify(oauth);
      const issuer = shared.get(key) ?? new Issuer(oauth);
      shared.set(key, issuer);
      issuers.set(tenant, issuer);
    }
    return issuers.size > 0 ? new TokenJudge(tenants, issuers, options) : null;
  }

  /** Whether it was found good before and still lives: no guess. */
  isKnown(token: string): boolean {
    return this.good.get(digestOf(token)) !== undefined;
  }

  /** `hint` is a login the phone named; see `issuersOf`. Throws BackendError `unavailable`. */
  judge(token: string, hint: string | null): Promise<JudgedToken> {
    const digest = digestOf(token);
    const known = this.good.get(digest) ?? this.bad.get(digest);
    if (known && Date.now() < known.until) return Promise.resolve(asKnown(known.judged));
    const under = this.judging.get(digest);
    if (under) return under;
    const judging = this.judgeNow(token, digest, hint).finally(() => this.judging.delete(digest));
    this.judging.set(digest, judging);
    return judging;
  }

  /** What is known of the tokens of an account (see Account.key) is known no longer. */
  forget(account: string): void {
    this.good.deleteWhere(
      ({ judged }) => judged.kind === 'accepted' && `${judged.tenant.name}/${judged.login.user}` === account,
    );
  }

  /** The only issuer that a login's phone could get a token of. */
  issuerFor(user: string | null): Issuer | null {
    const login = user === null ? null : parseLogin(user, this.options.defaultDomain);
    const tenant = login && this.tenants.find(login);
    if (tenant) return this.issuers.get(tenant) ?? null;
    const [first, ...others] = new Set(this.issuers.values());
    return first && others.length === 0 ? first : null;
  }

  private async judgeNow(token: string, digest: string, hint: string | null): Promise<JudgedToken> {
    const issuers = this.issuersOf(token, hint);
    // Who was asked about nothing remembers nothing: the next request may name the login.
    if (issuers.length === 0) return refused('token-invalid');
    const judged = await this.askAny(issuers, token);
    const now = Date.now();
    if (judged.kind === 'accepted') {
      const trust = Math.min(this.options.trust, LONGEST_TRUST);
      this.good.set(digest, { judged, until: Math.min(now + trust, judged.expiresAt) });
    } else {
      this.good.delete(digest);
      this.bad.set(digest, { judged, until: now + REFUSED_FOR });
    }
    return judged;
  }

  /** The first that calls it good: tenants may share an issuer and differ in what tokens must be made for. */
  private async askAny(issuers: readonly Issuer[], token: string): Promise<JudgedToken> {
    let judged = refused('token-invalid');
    for (const issuer of issuers) {
      const verdict = await this.ask(issuer, token);
      judged = verdict.kind === 'good' ? this.granted(issuer, verdict.grant) : refused(verdict.reason);
      if (judged.kind === 'accepted') break;
    }
    return judged;
  }

  private async ask(issuer: Issuer, token: string): Promise<TokenVerdict> {
    try {
      return await issuer.judge(token);
    } catch (error) {
      this.options.log.event('auth.issuer-unavailable', { issuer: issuer.settings.issuer, error });
      throw error;
    }
  }

  /**
   * Whom to ask: the issuer a token names. An opaque one names none and is shown only to the issuer of the login that came
   * with the request, or to the only one there is: nobody else may see it.
   */
  private issuersOf(token: string, hint: string | null): readonly Issuer[] {
    const named = issuerNamedIn(token);
    if (named !== null)
      return [...new Set(this.issuers.values())].filter(({ settings }) => settings.issuer === named);
    const hinted = this.issuerFor(hint);
    return hinted?.settings.introspection ? [hinted] : [];
  }

  /** The issuer decides the tenant: it speaks for nobody of a domain that another tenant has. */
  private granted(issuer: Issuer, { login: text, expiresAt }: Grant): JudgedToken {
    const login = parseLogin(text, this.options.defaultDomain);
    if (!login) return refused('token-invalid');
    const own = [...this.issuers].flatMap(([tenant, its]) => (its === issuer ? [tenant] : []));
    const tenant = login.domain === '' && own.length === 1 ? own[0] : this.tenants.find(login);
    return tenant && own.includes(tenant)
      ? { kind: 'accepted', tenant, login, expiresAt }
      : refused('no-tenant', tenant?.name);
  }
}

const refused = (
  reason: 'token-expired' | 'token-invalid' | 'no-tenant',
  tenant: string | null = null,
): JudgedToken => ({ kind: 'refused', reason, tenant, isNew: true });

const asKnown = (judged: JudgedToken): JudgedToken =>
  judged.kind === 'refused' ? { ...judged, isNew: false } : judged;

/** What a token says of its issuer, not yet believed; null if it is no JWT. */
function issuerNamedIn(token: string): string | null {
  try {
    const { iss } = decodeJwt(token);
    return typeof iss === 'string' ? iss : null;
  } catch {
    return null;
  }
}
