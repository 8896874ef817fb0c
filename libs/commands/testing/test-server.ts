import { InProcessRuntime, registerError } from '#actors';
import {
  BackendError,
  type Backend,
  type BackendErrorKind,
  type Directory,
  type Envelope as MailEnvelope,
  type FreeBusy,
  type Identity,
  type ItemClass,
  type OutOfOffice,
  type Submitter,
} from '#backend';
import { MemoryBackend, MemoryMailbox } from '#backends/memory';
import { QuarantineBackend } from '#backends/quarantine';
import {
  DeviceActor,
  deviceAddress,
  DeviceClient,
  DeviceRefused,
  ProvisionRequired,
  reloadOf,
} from '#device';
import { notedMail } from '#mail-notes';
import { loadConfiguration } from '#ops';
import { SchedulingJobs, type SchedulingSetting } from '#scheduling';
import { Provisioning, Rulings, type ProvisioningRule } from '#policy';
import {
  MemoryDeviceStore,
  MemoryMailNotesStore,
  MemoryScheduledMailStore,
  type AccessRules,
  type DeviceControl,
  type DeviceIdentity,
} from '#store';
import { WatchedSources, WatchHub } from '#watch';
import type { AccountAccess, AccountLease, CommandLimits } from '../context.js';
import { openCertificateTrust, type CertificateTrust } from '../validate-cert/trust.js';
import { Handset, type HandsetOptions } from './handset.js';
import { PimSources } from './pim-sources.js';

/** What the backend was asked for; a test may make any of it fail. */
export type Operation =
  | 'folders'
  | 'changes'
  | 'read'
  | 'readPart'
  | 'updateState'
  | 'deleteItems'
  | 'moveItems'
  | 'append'
  | 'createFolder'
  | 'moveFolder'
  | 'deleteFolder'
  | 'emptyFolder'
  | 'searchMail';

/** A memory backend that fails where a test wants it to. */
class FaultyBackend extends MemoryBackend {
  constructor(
    mailbox: MemoryMailbox,
    private readonly server: TestServer,
  ) {
    super(mailbox);
  }

  override async folders() {
    this.server.pass('folders');
    const all = await super.folders();
    return this.server.hasFolderIdentities ? all : all.map((folder) => ({ ...folder, identity: null }));
  }

  override async changes(...args: Parameters<MemoryBackend['changes']>) {
    this.server.pass('changes');
    return super.changes(...args);
  }

  override async *read(...args: Parameters<MemoryBackend['read']>) {
    this.server.pass('read');
    yield* super.read(...args);
  }

  override async readPart(...args: Parameters<MemoryBackend['readPart']>) {
    this.server.pass('readPart');
    return super.readPart(...args);
  }

  override async updateState(...args: Parameters<MemoryBackend['updateState']>) {
    this.server.pass('updateState');
    await this.server.asleep;
    return super.updateState(...args);
  }

  override async deleteItems(...args: Parameters<MemoryBackend['deleteItems']>) {
    this.server.pass('deleteItems');
    return super.deleteItems(...args);
  }

  override async moveItems(...args: Parameters<MemoryBackend['moveItems']>) {
    this.server.pass('moveItems');
    return super.moveItems(...args);
  }

  override async append(...args: Parameters<MemoryBackend['append']>) {
    this.server.pass('append');
    await this.server.asleep;
    return super.append(...args);
  }

  override async createFolder(...args: Parameters<MemoryBackend['createFolder']>) {
    this.server.pass('createFolder');
    return super.createFolder(...args);
  }

  override async moveFolder(...args: Parameters<MemoryBackend['moveFolder']>) {
    this.server.pass('moveFolder');
    return super.moveFolder(...args);
  }

  override async deleteFolder(...args: Parameters<MemoryBackend['deleteFolder']>) {
    this.server.pass('deleteFolder');
    return super.deleteFolder(...args);
  }

  override async emptyFolder(...args: Parameters<MemoryBackend['emptyFolder']>) {
    this.server.pass('emptyFolder');
    return super.emptyFolder(...args);
  }

  override async searchMail(...args: Parameters<MemoryBackend['searchMail']>) {
    this.server.pass('searchMail');
    return super.searchMail(...args);
  }
}

export interface SentMail {
  readonly envelope: MailEnvelope;
  readonly text: string;
}

const limits: CommandLimits = {
  collections: 5,
  commands: 1_000,
  pingFolders: 3,
  minHeartbeat: 60,
  maxHeartbeat: 3540,
  heartbeatMargin: 5,
  messageBytes: 1_000_000,
  mailBytes: 2_000_000,
  document: {},
};

/** What an actor throws reaches its asker as itself, as in the gateway. */
function registerErrors(): void {
  registerError('BackendError', BackendError, {
    toJson: ({ kind, reason }) => ({ kind, reason }),
    fromJson: (fields, message) => {
      const { kind, reason } = fields as { kind: BackendErrorKind; reason: string };
      return new BackendError(kind, message, { reason });
    },
  });
  registerError('ProvisionRequired', ProvisionRequired, {
    toJson: ({ status }) => ({ status }),
    fromJson: (fields) => new ProvisionRequired((fields as ProvisionRequired).status),
  });
  registerError('DeviceRefused', DeviceRefused, {
    toJson: ({ status }) => ({ status }),
    fromJson: (fields) => new DeviceRefused((fields as DeviceRefused).status),
  });
}

/**
 * Everything behind the command handlers, in this process and without HTTP: one account's mailbox, its device actors with
 * the real policy, and the waiting phones. `handset` gives a phone that calls the handlers.
 */
export class TestServer {
  readonly mailbox = new MemoryMailbox();
  readonly store = new MemoryDeviceStore();
  readonly notes = new MemoryMailNotesStore();
  /** What waits is tried again at once. */
  readonly jobs = new SchedulingJobs({
    store: new MemoryScheduledMailStore(),
    report: (error) => this.told.push(`bug ${String(error)}`),
    pause: () => 0.01,
  });
  /** The account's sources beside its mail; none unless a test adds some. */
  readonly pim = new PimSources(() => this.now);
  readonly sent: SentMail[] = [];
  /** Log lines of commands: name and first argument. */
  readonly told: string[] = [];
  /** Fails an operation by what it returns. */
  fault: (operation: Operation) => BackendError | null = () => null;
  /** Whether a folder that another client renamed can be told from a new one. */
  hasFolderIdentities = true;
  /** Fails the next submissions while set. */
  submission: BackendError | null = null;
  /** Changes of states and new mails that begin while it is set wait for it. */
  asleep: Promise<void> | null = null;
  readonly operations: Operation[] = [];
  identities: Identity[] = [{ address: 'ada@example.org', displayName: 'Ada' }];
  /** Whom the account wrote to. */
  readonly wroteTo: { readonly address: string; readonly name: string | null }[] = [];
  directory: Directory | null = null;
  outOfOffice: OutOfOffice | null = null;
  freeBusy: FreeBusy | null = null;
  scheduling: SchedulingSetting = 'auto';
  rule: ProvisioningRule;
  now = Date.parse('2026-11-22T12:00:00Z');
  limits = limits;
  certificates: CertificateTrust = openCertificateTrust(null, null);
  readonly account: AccountAccess;
  readonly devices: DeviceClient;
  readonly watch: WatchHub<AccountAccess>;
  leased = 0;
  private policy: Provisioning;
  private rulings = new Rulings({ revision: '0', rules: [], settings: new Map() });
  private readonly runtime: InProcessRuntime;
  private readonly backend: Backend;
  private readonly submitter: Submitter | null;
  private epochs = 0;

  constructor(options: { rule?: ProvisioningRule; backend?: Backend; submitter?: Submitter } = {}) {
    registerErrors();
    this.submitter = options.submitter ?? null;
    this.rule = options.rule ?? 'off';
    const source = options.backend ?? new FaultyBackend(this.mailbox, this);
    this.backend = notedMail(source, this.notes, 't/ada');
    this.policy = this.policyOf({});
    this.runtime = new InProcessRuntime({ report: ({ error }) => this.told.push(`bug ${String(error)}`) });
    this.devices = new DeviceClient(this.runtime, 10_000);
    this.account = {
      key: 't/ada',
      address: 'ada@example.org',
      wroteTo: async (recipients) => void this.wroteTo.push(...recipients),
      lease: () => this.lease(),
      quarantine: (notice) => new QuarantineBackend(notice, 'ada@example.org'),
    };
    this.watch = new WatchHub<AccountAccess>({
      keyOf: ({ key }) => key,
      open: async () => ({
        backend: new WatchedSources(async (itemClass) => this.backendOf(itemClass), 20),
        release: () => undefined,
      }),
      settle: 5,
      linger: 10,
    });
    void this.runtime.host(() => this.actor());
  }

  /** The administrator changes the policy: every key given before runs out. */
  changePolicy(env: Record<string, string>): void {
    this.policy = this.policyOf(env);
  }

  /** The administrator changes the access rules. */
  changeRules(rules: AccessRules): void {
    this.rulings = new Rulings(rules);
  }

  /** An administrator decides about a device: its actor forgets, and its waiting request ends. */
  async decide(identity: DeviceIdentity, control: Partial<DeviceControl>): Promise<void> {
    this.store.decide(identity, control);
    await this.runtime.ask(deviceAddress(identity), reloadOf(identity), { deadline: Date.now() + 10_000 });
    this.watch.end(`${identity.tenant}/${identity.user}/${identity.deviceId}`, 'interrupted');
  }

  /** Called by the backend before each operation. */
  pass(operation: Operation): void {
    this.operations.push(operation);
    const error = this.fault(operation);
    if (error) throw error;
  }

  handset(options: HandsetOptions = {}): Handset {
    return new Handset(this, options);
  }

  async close(): Promise<void> {
    await this.watch.drain();
    await this.jobs.close();
    await this.runtime.close();
  }

  private policyOf(env: Record<string, string>): Provisioning {
    const settings = loadConfiguration({ env }).configuration.policy;
    return new Provisioning({ settings, ruleOf: () => this.rule });
  }

  private backendOf(itemClass: ItemClass): Backend {
    const backend = itemClass === 'Email' ? this.backend : this.pim.backend(itemClass);
    if (!backend) throw new BackendError('unsupported', `no source of ${itemClass}`);
    return backend;
  }

  private lease(): AccountLease {
    this.leased++;
    return {
      backend: async (itemClass) => this.backendOf(itemClass),
      submitter: async () => this.submitter ?? this.recorder(),
      directory: async () => this.directory,
      outOfOffice: async () => this.outOfOffice,
      freeBusy: async () => this.freeBusy,
      identities: async () => this.identities,
      scheduling: this.scheduling,
      release: () => void this.leased--,
    };
  }

  /** Takes what is sent into `sent`. */
  private recorder(): Submitter {
    return {
      kind: 'test',
      submit: async (envelope, message) => {
        if (this.submission) throw this.submission;
        const pieces: Buffer[] = [];
        for await (const piece of message()) pieces.push(piece as Buffer);
        this.sent.push({ envelope, text: Buffer.concat(pieces).toString() });
      },
      close: async () => undefined,
    };
  }

  private actor(): DeviceActor {
    return new DeviceActor({
      store: this.store,
      backends: {
        lease: async () => ({
          backend: async (itemClass) => this.backendOf(itemClass),
          itemClasses: ['Email', ...this.pim.itemClasses],
          release: () => undefined,
        }),
        quarantine: (notice) => new QuarantineBackend(notice, ''),
      },
      access: { rulings: async () => this.rulings, refresh: () => undefined },
      policy: {
        check: (...args) => this.policy.check(...args),
        provision: (...args) => this.policy.provision(...args),
        mark: (...args) => this.policy.mark(...args),
        keepsRecoveryPassword: (...args) => this.policy.keepsRecoveryPassword(...args),
        isFinalKey: (...args) => this.policy.isFinalKey(...args),
      },
      events: {
        deviceCreated: ({ deviceId }) => this.told.push(`created ${deviceId}`),
        staleState: () => undefined,
        collectionReset: (_identity, folder) => this.told.push(`reset ${folder}`),
        itemSetAside: (_identity, folder, item) => this.told.push(`set aside ${folder}:${item}`),
        sourceFailed: (_identity, itemClass) => this.told.push(`source failed ${itemClass}`),
        sourceRestored: (_identity, itemClass) => this.told.push(`source restored ${itemClass}`),
        wipe: (_identity, what, kind) => this.told.push(`wipe ${kind} ${what}`),
      },
      window: { default: 100, max: 512 },
      now: () => this.now,
      epoch: () => `epoch${(this.epochs++).toString().padStart(5, '0')}`,
      scope: this.runtime.scope,
    });
  }
}
