import type { IncomingMessage } from 'node:http';
import type { Account } from '#accounts';
import type { LiveRequest } from '#bus';
import type { Query } from '#eas';
import { formatVersion } from '#eas';
import type { OpenSpan } from '#ops';
import type { Core } from '../assembly/core.js';
import { breaksOff, type Failure } from './answer-failure.js';
import { addressOf } from './client-address.js';
import type { LiveBoard, OnBoard } from './live/live-board.js';
import type { RequestBody } from './request-body.js';
import { openRequestSpan } from './request-span.js';
import type { Sent } from './send-reply.js';
import type { RequestTrace } from './trace/request-trace.js';

/** Characters of a User-Agent that are shown. */
const LONGEST_AGENT = 200;

/** What a client says of itself is shown on terminals: nothing there may move a cursor. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e\xa1-\uffff]/g, '?');

/** Counts on from process to process: a name is not used again soon after a restart. */
let next = Date.now() * 1000;

/** What is written, counted and shown of one request. There are thousands of held ones: it keeps as little as it can. */
export class RequestRecord implements OnBoard {
  account: Account | null = null;
  body: RequestBody | null = null;
  /** Null unless the device is traced. */
  trace: RequestTrace | null = null;
  items = 0;
  private readonly span: OpenSpan<'request'> | null;
  private readonly number = next++;
  private readonly startedAt = Date.now();
  private readonly since = performance.now();
  private command: string;
  private device = '';
  private deviceType = '';
  private protocol = '';
  /** Seconds the phone waited for news: not the gateway's slowness. */
  private waited = 0;
  private state: LiveRequest['state'] = 'working';
  /** Folders it waits for. */
  private folders = 0;
  private error: string | null = null;
  private status = 0;
  private ms = 0;

  constructor(
    private readonly core: Core,
    private readonly board: LiveBoard,
    private readonly request: IncomingMessage,
    method: string,
  ) {
    this.command = method;
    this.span = openRequestSpan(request, core.configuration.listen);
    core.metrics.working.inc();
    board.begin(this);
  }

  /** Unique in the installation. */
  get id(): string {
    return `${this.core.node}.${this.number.toString(36)}`;
  }

  /** Does work of the request; what of it is traced, is so as a part of it. */
  within<T>(work: () => T): T {
    return this.span === null ? work() : this.span.within(work);
  }

  identify(query: Query, version: number): void {
    this.command = query.command;
    this.device = query.deviceId;
    this.deviceType = query.deviceType;
    this.protocol = formatVersion(version);
    const { command, device, protocol } = this;
    this.span?.rename(command);
    this.span?.set({ 'eas.command': command, 'eas.version': protocol, 'eas.device.id': device });
  }

  signedIn(account: Account): void {
    this.account = account;
    this.span?.set({ 'godwit.tenant': account.tenant.name, 'godwit.user': account.user });
    this.board.change(this);
  }

  live(): LiveRequest {
    const { core, request, account, state } = this;
    return {
      id: this.id,
      node: core.node,
      tenant: account?.tenant.name ?? null,
      user: account?.user ?? null,
      device: this.device,
      deviceType: printable(this.deviceType),
      userAgent: printable(request.headers['user-agent'] ?? '').slice(0, LONGEST_AGENT),
      address: addressOf(request, core.configuration.listen),
      command: this.command,
      protocol: this.protocol,
      startedAt: this.startedAt,
      state,
      ...(state === 'held' && { folders: this.folders }),
      ...(state === 'done' && { status: this.status, ms: this.ms }),
      ...(this.error !== null && { error: this.error }),
    };
  }

  get who() {
    return { tenant: this.account?.tenant.name, user: this.account?.user, device: this.device };
  }

  held(folders: number): void {
    this.state = 'held';
    this.folders = folders;
    // Everything that is needed of the head has been read, into `headers`.
    this.request.rawHeaders.length = 0;
    this.core.metrics.working.dec();
    this.board.change(this);
  }

  /** `waited` in seconds. */
  released(waited: number): void {
    this.state = 'working';
    this.waited += waited;
    this.core.metrics.working.inc();
    this.board.change(this);
  }

  failed(failure: Failure, error: unknown): void {
    const { log, metrics } = this.core;
    const { command, who } = this;
    this.error = failure.reason;
    metrics.requestFailures.inc({ kind: failure.kind });
    // A phone that is refused is an answer like any other.
    if (failure.kind === 'bug' || failure.kind === 'unavailable') this.span?.failed(failure.kind);
    else this.span?.set({ 'error.type': failure.kind });
    switch (failure.kind) {
      case 'unavailable':
        return log.event('request.unavailable', { ...who, command, reason: failure.reason });
      case 'malformed':
        return log.event('request.malformed', { ...who, command, reason: failure.reason });
      case 'too-large':
        return log.event('request.too-large', { ...who, command, bytes: this.body?.bytes() });
      case 'provision':
        return log.event('provision.required', { ...who, reason: failure.reason });
      case 'bug':
        metrics.bugs.inc();
        return log.event('bug', { ...who, id: failure.id, where: command, error });
      case 'refused':
      case 'unauthorized':
      case 'disconnected':
        return undefined;
    }
  }

  /** A Status of the protocol that is sent: of a whole answer, or of one collection of a Sync. 1 is not counted. */
  answeredStatus(status: number): void {
    if (status !== 1) this.core.metrics.easStatuses.inc({ command: this.command, status });
  }

  finish(sent: Sent): void {
    const { log, metrics } = this.core;
    const { command, protocol, who, items } = this;
    const milliseconds = performance.now() - this.since - this.waited * 1000;
    const bytesIn = this.body?.bytes() ?? 0;
    metrics.requests.inc({ command, status: sent.status, version: protocol });
    metrics.requestSeconds.observe({ command }, milliseconds / 1000);
    if (sent.begunAt !== null) {
      const firstByte = sent.begunAt - this.since - this.waited * 1000;
      metrics.firstByteSeconds.observe({ command }, Math.max(0, firstByte) / 1000);
    }
    if (sent.documentStatus !== null) this.answeredStatus(sent.documentStatus);
    metrics.bytesIn.inc({ command }, bytesIn);
    metrics.bytesOut.inc({ command }, sent.bytes);
    const ms = Math.round(milliseconds * 10) / 10;
    if (!sent.whole) this.broken(sent.error, ms);
    this.trace?.answered(sent);
    this.end(sent.status, ms);
    this.span?.set({ 'http.response.status_code': sent.status, 'godwit.waited': this.waited });
    this.span?.end();
    if (!log.writes('request.done')) return;
    const agent = this.request.headers['user-agent'];
    log.event('request.done', {
      ...who,
      command,
      protocol,
      status: sent.status,
      ms,
      bytesIn,
      bytesOut: sent.bytes,
      items,
      agent,
    });
  }

  private end(status: number, ms: number): void {
    this.state = 'done';
    this.status = status;
    this.ms = ms;
    this.core.metrics.working.dec();
    this.board.end(this);
  }

  private broken(error: unknown, ms: number): void {
    const { log, metrics } = this.core;
    const { command, who } = this;
    const isExpected = breaksOff(error);
    this.error ??= isExpected ? 'the answer broke off' : 'a bug: see the log';
    if (isExpected) return log.event('request.aborted', { ...who, command, ms });
    metrics.bugs.inc();
    this.span?.failed('bug');
    log.event('bug', { ...who, where: command, error });
  }
}
