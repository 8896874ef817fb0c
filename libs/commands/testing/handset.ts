import { BackendError } from '#backend';
import { plainProfile, type ClientProfile } from '#clients';
import type { Asker } from '#device';
import {
  commands,
  decode,
  encodeToBuffer,
  type CommandName,
  type DeclaredCommand,
  type Encodable,
  type Infer,
  type Query,
} from '#eas';
import type { CommandContext } from '../context.js';
import { GuardedAccount } from '../guarded-account.js';
import type { HandledCommand } from '../handled-commands.js';
import { handlers } from '../handlers.js';
import type { Reply } from '../reply.js';

type RequestOf<N extends DeclaredCommand> = Encodable<(typeof commands)[N]['request']>;
type ResponseOf<N extends DeclaredCommand> = Infer<(typeof commands)[N]['response']>;

/** What a handset's requests reach. */
export interface Behind extends Pick<
  CommandContext,
  'account' | 'devices' | 'watch' | 'limits' | 'certificates' | 'jobs'
> {
  /** Takes the events of commands. */
  readonly told: string[];
}

export interface HandsetOptions {
  /** Times ten; default 141. */
  readonly version?: number;
  readonly deviceId?: string;
  readonly policyKey?: string | null;
  /** What it needs otherwise than others. */
  readonly client?: Partial<ClientProfile>;
}

export interface CallOptions {
  readonly acceptMultiPart?: boolean;
  readonly query?: Partial<Query>;
  /** A body that is no WBXML. */
  readonly raw?: Uint8Array;
  /** The connection breaks before the answer is out. */
  readonly breaks?: boolean;
}

/** What came over the wire. */
export type Answer<T> =
  | { readonly kind: 'empty' }
  | { readonly kind: 'refusal'; readonly status: number }
  | {
      readonly kind: 'document';
      readonly value: T;
      readonly bytes: Buffer;
      readonly parts: readonly Buffer[];
    };

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A phone without a network: its requests are encoded, handled, and the answers decoded as from the wire. */
export class Handset {
  readonly version: number;
  readonly deviceId: string;
  policyKey: string | null;
  private readonly client: ClientProfile;
  private readonly hangUps: (() => void)[] = [];

  constructor(
    private readonly server: Behind,
    options: HandsetOptions,
  ) {
    this.client = { ...plainProfile, ...options.client };
    this.version = options.version ?? 141;
    this.deviceId = options.deviceId ?? 'phone1';
    this.policyKey = options.policyKey ?? null;
  }

  /** Calls a handler; null is a request without body. Nothing of the reply is sent yet. Throws what the handler throws. */
  async reply<N extends DeclaredCommand & HandledCommand>(
    name: N,
    value: RequestOf<N> | null,
    options: CallOptions = {},
  ): Promise<Reply> {
    const { version } = this;
    const encoded =
      value === null ? null : await encodeToBuffer(commands[name].request, value as never, { version });
    const reply = await handlers[name](this.context(name, options.raw ?? encoded, options));
    return reply.kind === 'held' ? reply.answer : reply;
  }

  /** Calls a handler and takes the answer, decoded as from the wire. */
  async call<N extends DeclaredCommand & HandledCommand>(
    name: N,
    value: RequestOf<N> | null,
    options: CallOptions = {},
  ): Promise<Answer<ResponseOf<N>>> {
    const { version } = this;
    const reply = await this.reply(name, value, options);
    if (reply.kind === 'empty') return { kind: 'empty' };
    if (reply.kind === 'refusal') return { kind: 'refusal', status: reply.status };
    if (reply.kind === 'raw') throw new Error(`${name} was answered by content without a document`);
    if (options.breaks === true) {
      await reply.ended?.('broken');
      return { kind: 'empty' };
    }
    const bytes = await encodeToBuffer(reply.schema as never, reply.value as never, { version });
    const parts = await partsOf(reply);
    await reply.ended?.('sent');
    const decoded = await decode(commands[name].response, bytes, { version });
    return { kind: 'document', value: decoded.value as ResponseOf<N>, bytes, parts };
  }

  /** The attachment as it came over the wire. */
  async getAttachment(attachmentName: string) {
    const reply = await handlers.GetAttachment(
      this.context('GetAttachment', null, { query: { attachmentName } }),
    );
    if (reply.kind === 'refusal') return { kind: reply.kind, status: reply.status };
    if (reply.kind !== 'raw') throw new Error(`GetAttachment was answered by ${reply.kind}`);
    const { contentType, content, ended } = reply;
    const pieces: Uint8Array[] = [];
    for await (const piece of content.content) pieces.push(piece);
    await ended?.('sent');
    return { kind: reply.kind, contentType, length: content.length, bytes: Buffer.concat(pieces) };
  }

  /** As `call`, where the answer must be a document. */
  async ask<N extends DeclaredCommand & HandledCommand>(
    name: N,
    value: RequestOf<N> | null,
    options: CallOptions = {},
  ): Promise<ResponseOf<N>> {
    const answer = await this.call(name, value, options);
    if (answer.kind !== 'document') throw new Error(`${name} was answered by ${answer.kind}`);
    return answer.value;
  }

  /** The connection of every request that is under way breaks. */
  hangUp(): void {
    for (const hangUp of this.hangUps.splice(0)) hangUp();
  }

  private context(command: CommandName, body: Uint8Array | null, options: CallOptions): CommandContext {
    const { server, version, deviceId, policyKey } = this;
    const asker: Asker = {
      identity: { tenant: 't', user: 'ada', deviceId },
      deviceType: 'test',
      userAgent: 'test',
      protocolVersion: version,
      policyKey,
      credentials: 'sealed',
    };
    const guarded = new GuardedAccount({ command, asker, devices: server.devices, account: server.account });
    return {
      query: { ...emptyQuery, command, deviceId, ...options.query },
      version,
      contentType: null,
      body: once(body ?? new Uint8Array()),
      hasBody: body !== null,
      acceptMultiPart: options.acceptMultiPart ?? false,
      acceptLanguage: null,
      client: this.client,
      account: guarded.account,
      asker,
      devices: guarded.devices,
      watch: server.watch,
      limits: server.limits,
      certificates: server.certificates,
      jobs: server.jobs,
      events: this.events(),
      sealRecoveryPassword: (password) => `sealed ${password}`,
      endOlderWait: () => server.watch.end(`t/ada/${deviceId}`, 'superseded'),
      isSuperseded: () => false,
      lookAnew: () => server.watch.look(`t/ada/${deviceId}`),
      isPassing: (error) => error instanceof BackendError && error.retryable,
      onDisconnect: (callback) => void this.hangUps.push(callback),
    };
  }

  private events(): CommandContext['events'] {
    const { told } = this.server;
    return {
      held: (command) => told.push(`held ${command}`),
      released: (command, reason) => told.push(`released ${command} ${reason}`),
      itemsSent: () => undefined,
      mailSent: (outcome) => told.push(`mail ${outcome}`),
      collectionRefused: () => undefined,
      readFailed: (folder, id) => told.push(`read failed ${folder}:${id}`),
      sentCopyFailed: () => told.push('sent copy failed'),
      meetingFailed: (what) => told.push(`meeting ${what} failed`),
      requestNotRemoved: () => told.push('request not removed'),
      notMarked: () => told.push('not marked'),
      serviceFailed: (service) => told.push(`${service} failed`),
      skipped: () => undefined,
    };
  }
}

async function partsOf(reply: Reply): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  for (const { content } of reply.kind === 'multipart' ? reply.parts : []) {
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    parts.push(Buffer.concat(pieces));
  }
  return parts;
}

const emptyQuery: Query = {
  command: 'Sync',
  user: undefined,
  deviceId: '',
  deviceType: 'test',
  version: undefined,
  policyKey: undefined,
  locale: undefined,
  collectionId: undefined,
  itemId: undefined,
  longId: undefined,
  attachmentName: undefined,
  occurrence: undefined,
  saveInSent: false,
  acceptMultiPart: false,
};
