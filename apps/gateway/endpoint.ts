import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Account } from '#accounts';
import { plainProfile, type ClientProfile } from '#clients';
import {
  empty,
  GuardedAccount,
  handlers,
  isHandled,
  refusal,
  serverHeaders,
  type AccountAccess,
  type CertificateTrust,
  type CommandContext,
  type CommandLimits,
  type HeldReply,
  type Reply,
} from '#commands';
import { DeviceClient, type Asker } from '#device';
import {
  CommonStatus,
  EasStatusError,
  existsIn,
  parseQuery,
  parseVersion,
  ProtocolError,
  versionNumbers,
  type CommandName,
  type Query,
} from '#eas';
import { traceContext } from '#ops';
import type { PendingWipes } from '#policy';
import type { SchedulingJobs } from '#scheduling';
import type { DeviceRequest, NewestRequests, WatchHub } from '#watch';
import type { Core } from '../assembly/core.js';
import { sealRecoveryPassword } from '../assembly/recovery-password.js';
import { failureOf, isPassing, unavailable, type Failure } from './answer-failure.js';
import { commandEvents } from './command-events.js';
import type { LiveBoard } from './live/live-board.js';
import { PhoneSignIn, type Refused } from './phone-sign-in.js';
import { requestBody, type RequestBody } from './request-body.js';
import { RequestRecord } from './request-record.js';
import { sendReply } from './send-reply.js';
import { UnprovenWipes } from './unproven-wipes.js';
import type { DeviceTraces } from './trace/device-traces.js';

/** What the HTTP node works with. */
export interface GatewayParts {
  readonly core: Core;
  readonly devices: DeviceClient;
  readonly watch: WatchHub<AccountAccess>;
  readonly requests: NewestRequests;
  readonly limits: CommandLimits;
  readonly certificates: CertificateTrust;
  readonly jobs: SchedulingJobs;
  readonly wipes: PendingWipes;
  readonly board: LiveBoard;
  readonly traces: DeviceTraces;
}

/**
 * Both ends of one request, what is written of it, and what an answer needs to know: all that is left of a request while it
 * is held. Until its head is understood, command, version and client are those that any client can live with.
 */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly record: RequestRecord;
  command: CommandName;
  version: number;
  client: ClientProfile;
  /** Ends older waits of the device; null for a command that waits for nothing. */
  newest: DeviceRequest | null;
}

/** The version of a request that does not tell one we know. */
const OLDEST = versionNumbers[0];

/** A request whose head is understood. */
interface Head {
  readonly query: Query;
  readonly version: number;
  readonly policyKey: string | null;
}

/** A request that may be carried out. */
interface Asked extends Head {
  readonly account: Account;
  readonly body: RequestBody;
}

const header = (request: IncomingMessage, name: string): string | null => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : (value?.[0] ?? null);
};

const versionTold = (request: IncomingMessage): number | undefined =>
  parseVersion(header(request, 'ms-asprotocolversion') ?? '');

function readHead(request: IncomingMessage): Head {
  const url = request.url ?? '';
  const mark = url.indexOf('?');
  if (mark < 0) throw new ProtocolError('invalid-query', '', 'there is no query');
  const query = parseQuery(url.slice(mark + 1));
  // With the base64 form version, policy key and multipart stand in the query (trap 1).
  const version = query.version ?? versionTold(request);
  if (version === undefined || !(versionNumbers as readonly number[]).includes(version)) {
    throw new EasStatusError(
      query.command,
      CommonStatus.VersionNotSupported,
      'protocol version not supported',
    );
  }
  return { query, version, policyKey: query.policyKey ?? header(request, 'x-ms-policykey') };
}

const unauthorized = (challenges: readonly string[]): Reply =>
  refusal(401, { 'WWW-Authenticate': [...challenges] });

function replyTo({ status, challenges, retryAfter }: Refused): Reply {
  if (status === 503) return unavailable(retryAfter);
  return status === 401 ? unauthorized(challenges) : refusal(status);
}

const refused = (result: Refused): Failure => ({
  reply: replyTo(result),
  kind: 'unauthorized',
  reason: result.reason,
});

/** One URL, all of ActiveSync (MS-ASHTTP 2.2): signs in, finds the command, answers. Keeps nothing between requests. */
export class ActiveSyncEndpoint {
  private readonly signIn: PhoneSignIn;
  private readonly unproven: UnprovenWipes;

  constructor(private readonly parts: GatewayParts) {
    this.signIn = new PhoneSignIn(parts.core);
    this.unproven = new UnprovenWipes(parts);
  }

  /** OPTIONS tells what is spoken here, to those who may speak: phones use it to check a password. */
  options(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = this.exchange(request, response);
    return exchange.record.within(() => this.optionsOf(exchange));
  }

  private async optionsOf(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    exchange.version = OLDEST;
    exchange.client = this.clientOf(request, { deviceId: '', deviceType: '' });
    const reply = await this.optionsReply(exchange).catch((error: unknown) => this.failed(exchange, error));
    await this.send(reply, exchange);
  }

  private async optionsReply({ request, client }: Exchange): Promise<Reply> {
    const result = await this.signIn.authenticate(request);
    if (result.kind === 'refused') return refused(result).reply;
    return refusal(200, { ...serverHeaders(client), Allow: 'OPTIONS,POST', Public: 'OPTIONS,POST' });
  }

  /** Resolves when the answer has left. Of a request that is held nothing is kept until then but its exchange. */
  post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = this.exchange(request, response);
    return exchange.record.within(() => this.answer(exchange));
  }

  private async answer(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    let reply: Reply | HeldReply;
    try {
      const head = readHead(request);
      exchange.version = head.version;
      exchange.command = head.query.command;
      exchange.record.identify(head.query, head.version);
      exchange.client = this.clientOf(request, head.query);
      reply = await this.reply(exchange, head);
    } catch (error) {
      reply = await this.failed(exchange, error);
    }
    if (reply.kind !== 'held') return this.send(reply, exchange);
    return reply.answer.then(
      (answer) => this.send(answer, exchange),
      async (error) => this.send(await this.failed(exchange, error), exchange),
    );
  }

  private exchange(request: IncomingMessage, response: ServerResponse): Exchange {
    return {
      request,
      response,
      record: new RequestRecord(this.parts.core, this.parts.board, request, request.method ?? ''),
      command: 'Sync',
      version: versionTold(request) ?? OLDEST,
      client: plainProfile,
      newest: null,
    };
  }

  private clientOf(
    request: IncomingMessage,
    { deviceId, deviceType }: Pick<Query, 'deviceId' | 'deviceType'>,
  ): ClientProfile {
    const userAgent = header(request, 'user-agent') ?? '';
    return this.parts.core.clients({ deviceId, deviceType, userAgent });
  }

  private async reply(exchange: Exchange, head: Head): Promise<Reply | HeldReply> {
    const { request, record, client } = exchange;
    const result = await this.signIn.authenticate(request, head.query);
    if (result.kind === 'refused')
      return (await this.wipeReply({ request, record }, head)) ?? this.answered(record, refused(result));
    const { account } = result;
    record.signedIn(account);
    const { command } = head.query;
    if (!isHandled(command) || !existsIn(command, head.version))
      throw new EasStatusError(command, CommonStatus.CommandNotSupported);
    if (client.accountCheck) return empty;
    const body = await this.bodyOf(request, record);
    return handlers[command](this.context(exchange, { ...head, account, body }));
  }

  private wipeReply(
    { request, record }: Pick<Exchange, 'request' | 'record'>,
    head: Head,
  ): Promise<Reply | null> {
    return this.unproven.reply({
      request,
      ...head,
      userAgent: header(request, 'user-agent') ?? '',
      events: commandEvents(this.parts.core, record),
      body: () => this.bodyOf(request, record),
    });
  }

  private async bodyOf(request: IncomingMessage, record: RequestRecord): Promise<RequestBody> {
    const read = await requestBody(request, this.parts.core.configuration.limits.requestBytes);
    record.trace = this.parts.traces.begin(record);
    const body = record.trace?.request(read, header(request, 'content-type')) ?? read;
    record.body = body;
    return body;
  }

  private context(exchange: Exchange, { query, version, policyKey, account, body }: Asked): CommandContext {
    const { core, devices, watch, requests, limits, certificates, jobs } = this.parts;
    const { request, response, record, client } = exchange;
    const identity = { tenant: account.tenant.name, user: account.user, deviceId: query.deviceId };
    const trace = traceContext();
    const asker: Asker = {
      identity,
      deviceType: query.deviceType,
      userAgent: header(request, 'user-agent') ?? '',
      protocolVersion: version,
      policyKey,
      ...(client.unprovisioned && { exempt: true }),
      credentials: core.accounts.seal(account),
      ...(trace && { trace }),
    };
    const { command } = query;
    const guarded = new GuardedAccount({ command, asker, devices, account: core.accounts.access(account) });
    return {
      query,
      version,
      contentType: header(request, 'content-type'),
      body: body.content,
      hasBody: body.isPresent,
      acceptMultiPart: query.acceptMultiPart || header(request, 'ms-asacceptmultipart') === 'T',
      acceptLanguage: header(request, 'accept-language'),
      account: guarded.account,
      client,
      asker,
      devices: guarded.devices,
      watch,
      limits,
      certificates,
      jobs,
      events: commandEvents(core, record),
      sealRecoveryPassword: (password) => sealRecoveryPassword(core, identity, password),
      endOlderWait: () => void (exchange.newest ??= requests.begin(`${account.key}/${identity.deviceId}`)),
      isSuperseded: () => exchange.newest?.isSuperseded === true,
      lookAnew: () =>
        core.bus.publish('answer-lost', {
          tenant: identity.tenant,
          user: identity.user,
          device: identity.deviceId,
        }),
      isPassing,
      onDisconnect: (callback) => onHangUp(response, callback),
    };
  }

  /** What is answered in place of what failed. */
  private async failed({ record, command, version, client }: Exchange, error: unknown): Promise<Reply> {
    if (record.account && isRefusedLogin(error)) await this.parts.core.accounts.distrust(record.account);
    const spoken = error instanceof EasStatusError ? error.command : command;
    const failure = failureOf(error, spoken, version, client);
    record.failed(failure, error);
    if (failure.kind !== 'unauthorized') return failure.reply;
    return unauthorized(await this.signIn.challenges({ user: record.account?.user }));
  }

  private answered(record: RequestRecord, failure: Failure): Reply {
    record.failed(failure, null);
    return failure.reply;
  }

  private async send(reply: Reply, exchange: Exchange): Promise<void> {
    const { request, response, record, version, client, newest } = exchange;
    newest?.done();
    // The phone's next request is for another node.
    if (this.parts.core.health.draining && !response.headersSent) response.setHeader('Connection', 'close');
    const writing = { version, keepAlive: client.keepAlive, tap: record.trace?.tap };
    const instead = (error: unknown): Promise<Reply> => this.failed(exchange, error);
    record.finish(await sendReply(reply, response, writing, instead));
    // A body nobody will read must not hold the connection open for as long as the phone likes to send it.
    if (request.readableEnded || request.destroyed) return;
    if (record.body) await record.body.discard();
    else request.resume();
  }
}

const isRefusedLogin = (error: unknown): boolean =>
  error instanceof Error && error.name === 'BackendError' && (error as { kind?: string }).kind === 'auth';

/**
 * The request closes as soon as its body is read, the socket once for all requests it carried: only an answer that closes
 * before it was ended means that the phone hung up.
 */
function onHangUp(response: ServerResponse, callback: () => void): void {
  if (response.closed || response.destroyed) return callback();
  response.once('close', () => {
    if (!response.writableFinished) callback();
  });
}
