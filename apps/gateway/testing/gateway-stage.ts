import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Accounts, LocalFailureCounts, type TenantSources } from '#accounts';
import { InProcessRuntime, sealer } from '#actors';
import { InProcessBus } from '#bus';
import { MemoryFactory, MemoryMailbox, type MemoryAccount } from '#backends/memory';
import { clientProfiles } from '#clients';
import { openCertificateTrust, type AccountAccess } from '#commands';
import { DeviceActor, DeviceClient } from '#device';
import { createMetrics, Health, loadConfiguration, silentLog, type Configuration } from '#ops';
import { PendingWipes, Provisioning, Rulings } from '#policy';
import { SchedulingJobs } from '#scheduling';
import { MemoryDeviceStore, MemoryScheduledMailStore, type AccessRules, type WipeInForce } from '#store';
import { WatchedSources, WatchHub } from '#watch';
import { registerErrors } from '../../assembly/errors.js';
import type { Core } from '../../assembly/core.js';
import { AutodiscoverEndpoint } from '../autodiscover/endpoint.js';
import { ActiveSyncEndpoint } from '../endpoint.js';
import { interruptWaits } from '../interruption.js';
import { openNewestRequests } from '../newest-requests.js';
import { LiveBoard } from '../live/live-board.js';
import { DeviceTraces } from '../trace/device-traces.js';
import { forgetWhatChanged } from '../../assembly/forgetting.js';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpCall {
  readonly method?: string;
  /** Unless given: that of ActiveSync. */
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | readonly Buffer[];
  /** Null: no Authorization. */
  readonly authorization?: string | null;
  /** False: nobody takes the answer's body. */
  readonly isRead?: boolean;
}

export const basic = (user: string, password: string, encoding: BufferEncoding = 'utf8'): string =>
  `Basic ${Buffer.from(`${user}:${password}`, encoding).toString('base64')}`;

const DEVICE = 'User=ada&DeviceId=Phone1&DeviceType=Test';
export const command = (name: string, device = DEVICE): string => `Cmd=${name}&${device}`;

/** Whoever watches what the endpoint does to the sources. */
class Sources implements TenantSources {
  readonly itemClasses = ['Email'] as const;
  readonly accounts = new Map<string, MemoryAccount>();
  private readonly factory = new MemoryFactory(this.accounts);

  open: TenantSources['open'] = (_itemClass, account) => this.factory.open(account.credentials());
  openService: TenantSources['openService'] = async () => null;
  close = async () => undefined;
}

/** The HTTP side of the gateway over a real socket; behind it mail in memory and actors in this process. */
export class GatewayStage {
  readonly mailbox = new MemoryMailbox();
  readonly store = new MemoryDeviceStore();
  readonly sources = new Sources();
  readonly watch: WatchHub<AccountAccess>;
  readonly bus = new InProcessBus();
  /** What lets devices in. */
  rules: AccessRules = { revision: '0', rules: [], settings: new Map() };
  /** Those in force, as the database would tell them. */
  inForce: readonly WipeInForce[] = [];
  readonly wipes = new PendingWipes({ load: async () => this.inForce, onFailure: () => undefined });
  readonly metrics = createMetrics();
  readonly board = new LiveBoard({ bus: this.bus, node: 'test', every: 10 });
  private readonly runtime = new InProcessRuntime();
  private readonly accounts: Accounts;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(configuration: Configuration) {
    registerErrors();
    this.sources.accounts.set('ada', { password: 'pässword', mailbox: this.mailbox });
    const seal = sealer('a secret of more than sixteen');
    const accounts = (this.accounts = new Accounts({
      configuration,
      sealer: seal,
      connect: () => this.sources,
    }));
    this.watch = new WatchHub<AccountAccess>({
      keyOf: ({ key }) => key,
      open: async (account) => {
        const lease = (account.unguarded ?? account).lease();
        const backend = new WatchedSources((itemClass) => lease.backend(itemClass));
        return { backend, release: () => lease.release() };
      },
      settle: 5,
      linger: 10,
    });
    const provisioning = new Provisioning({
      settings: configuration.policy,
      ruleOf: (tenant) => accounts.tenants.named(tenant)?.settings.provisioning ?? 'required',
    });
    const core: Core = {
      configuration,
      log: silentLog,
      metrics: this.metrics,
      health: new Health(),
      accounts,
      clients: clientProfiles(configuration.clients),
      runtime: this.runtime,
      bus: this.bus,
      guesses: new LocalFailureCounts({ maxDelay: configuration.signIn.maxDelaySeconds * 1000 }),
      sealer: seal,
      node: 'test',
      administration: undefined,
      scheduledMail: new MemoryScheduledMailStore(),
    };
    const endpoint = new ActiveSyncEndpoint({
      core,
      devices: new DeviceClient(this.runtime, 10_000),
      watch: this.watch,
      requests: openNewestRequests(core, this.watch).requests,
      limits: {
        collections: 10,
        commands: 1_000,
        pingFolders: 10,
        minHeartbeat: 60,
        maxHeartbeat: 3540,
        heartbeatMargin: 5,
        messageBytes: 1_000_000,
        mailBytes: 2_000_000,
        document: {},
      },
      certificates: openCertificateTrust(null, null),
      jobs: new SchedulingJobs({ store: core.scheduledMail, report: () => undefined }),
      board: this.board,
      traces: new DeviceTraces(this.bus),
      wipes: this.wipes.open(),
    });
    const autodiscover = new AutodiscoverEndpoint(core);
    this.host(core, provisioning);
    interruptWaits(core, this.watch);
    forgetWhatChanged(core, async () => []);
    this.server = createServer((request, response) => {
      if (/^\/autodiscover.*\.json/i.test(request.url ?? '')) autodiscover.json(request, response);
      else if (/^\/autodiscover/i.test(request.url ?? '')) void autodiscover.pox(request, response);
      else if (request.method === 'OPTIONS') void endpoint.options(request, response);
      else void endpoint.post(request, response);
    });
    this.server.on('connection', (socket) => this.sockets.add(socket));
  }

  /** `tenant`: keys of the one tenant, as YAML; `env` as of the process. */
  static async open(tenant = 'provisioning: off', env: Record<string, string> = {}): Promise<GatewayStage> {
    const tenants = `[{ domains: ['*'], mail: { kind: imap, host: unused }, ${tenant} }]`;
    const { configuration } = loadConfiguration({ env: { GODWIT_TENANTS: tenants, ...env } });
    const stage = new GatewayStage(configuration);
    await new Promise<void>((resolve) => stage.server.listen(0, '127.0.0.1', resolve));
    return stage;
  }

  private host({ accounts }: Core, provisioning: Provisioning): void {
    let epochs = 0;
    void this.runtime.host(
      () =>
        new DeviceActor({
          store: this.store,
          backends: accounts.backends,
          policy: provisioning,
          access: { rulings: async () => new Rulings(this.rules), refresh: () => undefined },
          events: {
            deviceCreated: () => undefined,
            staleState: () => undefined,
            collectionReset: () => undefined,
            itemSetAside: () => undefined,
            sourceFailed: () => undefined,
            sourceRestored: () => undefined,
            wipe: () => undefined,
          },
          window: { default: 100, max: 512 },
          now: Date.now,
          epoch: () => `epoch${(epochs++).toString().padStart(5, '0')}`,
          scope: this.runtime.scope,
        }),
    );
  }

  call(call: HttpCall = {}): Promise<HttpAnswer> {
    return this.start(call).answer;
  }

  /** As `call`, with the power to hang up. */
  start({ method = 'POST', path, query = '', headers = {}, body, authorization, isRead = true }: HttpCall) {
    const login = authorization === undefined ? basic('ada', 'pässword') : authorization;
    const { port } = this.server.address() as AddressInfo;
    const request = httpRequest({
      port,
      method,
      path: `${path ?? '/Microsoft-Server-ActiveSync'}${query && `?${query}`}`,
      headers: {
        ...(login !== null && { Authorization: login }),
        'MS-ASProtocolVersion': '14.1',
        ...(Buffer.isBuffer(body) && { 'Content-Length': String(body.length) }),
        ...headers,
      },
    });
    const begun = new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
    const answer = new Promise<HttpAnswer>((resolve, reject) => {
      request.on('error', isRead ? reject : () => undefined);
      if (!isRead) return;
      request.on('response', (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(pieces),
          }),
        );
      });
    });
    for (const piece of Buffer.isBuffer(body) ? [body] : (body ?? [])) request.write(piece);
    request.end();
    return { answer, begun, hangUp: () => request.destroy() };
  }

  async close(): Promise<void> {
    await this.watch.drain();
    this.board.close();
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
    await this.runtime.close();
  }
}
