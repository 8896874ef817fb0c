import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Tenants } from '#accounts';
import type { AccountHappening, Bus } from '#bus';
import type { Configuration, Log, Metrics, PushSettings } from '#ops';
import { isSigned, signedHead, type WebhookHeaders } from '../../assembly/webhook-signature.js';
import { addressOf } from '../client-address.js';
import { BodyTooLarge, requestBody } from '../request-body.js';
import { Disconnected } from '../response-sink.js';
import type { Happenings } from './happenings.js';
import { readChangeNotices, readDovecotNotice } from './notices.js';
import { Refusals, UNKNOWN_TENANT, type Refusal } from './refusals.js';

/** Bytes of a notice, or of a list of them. */
const LARGEST = 256 * 1024;
/** Milliseconds until a body must be there: notices are small, and whoever sends one slowly is no server. */
const PATIENCE = 10_000;
/** Seconds after which a sender may try again. */
const RETRY_AFTER = 5;

type Kind = Refusal['kind'];
type Outcome = 'refused' | 'malformed' | 'too-large' | 'unavailable';

/** Why a notice is not taken, and how that is answered. */
class NotTaken extends Error {
  constructor(
    readonly status: number,
    readonly outcome: Outcome,
    /** For the log; nothing of what was sent. */
    readonly reason: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(reason);
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSame = (given: string, right: string): boolean => timingSafeEqual(digest(given), digest(right));

export interface PushParts {
  readonly accounts: { readonly tenants: Pick<Tenants, 'named'> };
  readonly bus: Pick<Bus, 'isAvailable'>;
  readonly configuration: Pick<Configuration, 'listen'>;
  readonly log: Pick<Log, 'event'>;
  readonly metrics: Pick<Metrics, 'pushNotices'>;
}

/**
 * Where servers tell what changed: Dovecot with a password, anybody else with a signature. A notice costs no database and no
 * actor: it is handed to all gateways, and the one that holds a phone of the account has it looked at. So a notice that is
 * sent twice, or for an account that nobody waits for, does no harm. Bodies are never logged.
 */
export class PushEndpoint {
  private readonly refusals: Refusals;

  constructor(
    private readonly core: PushParts,
    private readonly happenings: Happenings,
  ) {
    this.refusals = new Refusals(core.log);
  }

  /** PUT of Dovecot's push_notification plugin: JSON, with Basic credentials. */
  dovecot(request: IncomingMessage, response: ServerResponse, tenant: string): Promise<void> {
    return this.take('dovecot', { request, response, tenant }, async () => {
      const { dovecot } = this.settings(tenant);
      if (!dovecot) throw nothingHere();
      const given = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const right = `${dovecot.user}:${dovecot.password}`;
      if (!isSame(Buffer.from(given, 'base64').toString('utf8'), right))
        throw new NotTaken(401, 'refused', 'wrong-password', { 'WWW-Authenticate': 'Basic realm="Godwit"' });
      this.mustBeHeard();
      return readDovecotNotice(tenant, await wholeBody(request));
    });
  }

  /** POST of anybody who has the secret: Standard Webhooks. */
  changes(request: IncomingMessage, response: ServerResponse, tenant: string): Promise<void> {
    return this.take('signed', { request, response, tenant }, async () => {
      const { secret } = this.settings(tenant);
      if (secret === undefined) throw nothingHere();
      const head = signedHead(request.headers as WebhookHeaders, Date.now());
      if (!head) throw new NotTaken(401, 'refused', 'no-signature-or-too-old');
      const body = await wholeBody(request);
      if (!isSigned(head, secret, body)) throw new NotTaken(401, 'refused', 'wrong-signature');
      this.mustBeHeard();
      return readChangeNotices(tenant, body);
    });
  }

  private async take(
    kind: Kind,
    { request, response, tenant }: { request: IncomingMessage; response: ServerResponse; tenant: string },
    read: () => Promise<AccountHappening[] | null>,
  ): Promise<void> {
    const { metrics, configuration } = this.core;
    try {
      const happenings = await read();
      if (!happenings) throw new NotTaken(400, 'malformed', 'not-a-notice');
      this.happenings.tell(happenings);
      metrics.pushNotices.inc({ kind, outcome: 'accepted' }, happenings.length);
      response.writeHead(204).end();
    } catch (error) {
      if (error instanceof Disconnected) return;
      if (!(error instanceof NotTaken)) throw error;
      const { status, outcome, reason, headers } = error;
      metrics.pushNotices.inc({ kind, outcome });
      const address = addressOf(request, configuration.listen);
      if (outcome !== 'unavailable') this.refusals.add({ tenant, kind, reason, address });
      // What is left of the body is not read: the connection ends with the answer.
      response
        .writeHead(status, {
          ...headers,
          'Content-Length': 0,
          ...(!request.complete && { Connection: 'close' }),
        })
        .end();
    }
  }

  private settings(tenant: string): PushSettings {
    const push = this.core.accounts.tenants.named(tenant)?.settings.push;
    if (!push) throw nothingHere();
    return push;
  }

  /** A sender that tries again is better told so than that its notice is lost; phones look in any case when Redis is back. */
  private mustBeHeard(): void {
    if (this.core.bus.isAvailable) return;
    throw new NotTaken(503, 'unavailable', 'bus', { 'Retry-After': String(RETRY_AFTER) });
  }
}

const nothingHere = (): NotTaken => new NotTaken(404, 'refused', UNKNOWN_TENANT);

/** The whole body. Throws NotTaken, and Disconnected if the sender hung up or took too long. */
async function wholeBody(request: IncomingMessage): Promise<Uint8Array> {
  const late = setTimeout(() => request.destroy(), PATIENCE);
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await requestBody(request, LARGEST)).content) chunks.push(chunk);
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof BodyTooLarge) throw new NotTaken(413, 'too-large', 'too-large');
    throw request.destroyed ? new Disconnected() : error;
  } finally {
    clearTimeout(late);
  }
}
