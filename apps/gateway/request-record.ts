import type { IncomingMessage } from 'node:http';
import type { Account } from '#accounts';
import type { Query } from '#eas';
import { formatVersion } from '#eas';
import type { Core } from '../assembly/core.js';
import type { Failure } from './answer-failure.js';
import type { RequestBody } from './request-body.js';
import { Disconnected } from './response-sink.js';
import type { Sent } from './send-reply.js';

/** What is written and counted of one request. */
export class RequestRecord {
  account: Account | null = null;
  body: RequestBody | null = null;
  private readonly since = performance.now();
  private command: string;
  private device = '';
  private protocol = '';
  /** Seconds the phone waited for news: not the gateway's slowness. */
  private waited = 0;
  items = 0;

  constructor(
    private readonly core: Core,
    private readonly request: IncomingMessage,
    method: string,
  ) {
    this.command = method;
  }

  identify(query: Query, version: number): void {
    this.command = query.command;
    this.device = query.deviceId;
    this.protocol = formatVersion(version);
  }

  get who() {
    return { tenant: this.account?.tenant.name, user: this.account?.user, device: this.device };
  }

  heldFor(seconds: number): void {
    this.waited += seconds;
  }

  failed(failure: Failure, error: unknown): void {
    const { log, metrics } = this.core;
    const { command, who } = this;
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

  finish(sent: Sent): void {
    const { log, metrics } = this.core;
    const { command, protocol, who, items } = this;
    const milliseconds = performance.now() - this.since - this.waited * 1000;
    const bytesIn = this.body?.bytes() ?? 0;
    metrics.requests.inc({ command, status: sent.status, version: protocol });
    metrics.requestSeconds.observe({ command }, milliseconds / 1000);
    metrics.bytesIn.inc({ command }, bytesIn);
    metrics.bytesOut.inc({ command }, sent.bytes);
    const ms = Math.round(milliseconds * 10) / 10;
    if (!sent.whole) this.broken(sent.error, ms);
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

  private broken(error: unknown, ms: number): void {
    const { log, metrics } = this.core;
    const { command, who } = this;
    const isExpected =
      error instanceof Disconnected || (error instanceof Error && error.name === 'BackendError');
    if (isExpected) return log.event('request.aborted', { ...who, command, ms });
    metrics.bugs.inc();
    log.event('bug', { ...who, where: command, error });
  }
}
