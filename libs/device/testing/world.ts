import { Rulings } from '#policy';
import { QuarantineBackend } from '#backends/quarantine';
import {
  BackendError,
  CursorInvalid,
  type Backend,
  type BackendFolder,
  type ChangePage,
  type ChangesRequest,
} from '#backend';
import { MemoryDeviceStore, unmarked } from '#store';
import { DeviceActor } from '../actor.js';
import type { DeviceDependencies } from '../dependencies.js';
import type {
  CollectionAnswer,
  CollectionAsk,
  DeviceAnswers,
  DeviceMessage,
  Envelope,
  SyncAnswer,
} from '../messages.js';

export const TODAY = 20_779;
export const NOW = TODAY * 86_400_000 + 3_600_000;

/** A mailbox with a change log, and a listing newest first. */
export class Mailbox implements Backend {
  readonly kind = 'test';
  names = ['INBOX', 'Trash'];
  mails = new Map<string, { version: string; day: number; at: number }>();
  gone: { id: string; at: number }[] = [];
  clock = 1;
  asked = 0;
  failure: BackendError | null = null;
  forgetsBefore = 0;

  // The actor reads no content and watches nothing: that is the gateway's part.
  async *read(): AsyncGenerator<never> {}

  async watch() {
    return { close: async () => undefined };
  }

  async close(): Promise<void> {}

  deliver(id: string, day = TODAY, version = ''): void {
    this.mails.set(id, { version, day, at: ++this.clock });
  }

  flag(id: string, version: string): void {
    this.mails.set(id, { ...this.mails.get(id)!, version, at: ++this.clock });
  }

  expunge(id: string): void {
    if (this.mails.delete(id)) this.gone.push({ id, at: ++this.clock });
  }

  async folders(): Promise<BackendFolder[]> {
    return this.names.map((path) => ({
      path,
      parent: null,
      name: path,
      itemClass: 'Email',
      role: path === 'INBOX' ? 'inbox' : path === 'Trash' ? 'trash' : null,
      identity: null,
      selectable: true,
      readOnly: false,
    }));
  }

  async changes({ folder, cursor, scope, limit }: ChangesRequest): Promise<ChangePage> {
    this.asked++;
    if (this.failure) throw this.failure;
    if (!this.names.includes(folder)) throw new BackendError('gone', folder);
    if (folder !== 'INBOX') return { changed: [], removed: [], cursor: 'at:0', more: false };
    const [kind, at, below] = (cursor ?? `list:${this.clock}:`).split(':') as [string, string, string?];
    if (kind === 'at' && Number(at) < this.forgetsBefore) throw new CursorInvalid('expunged history');
    const entry = ([id, mail]: [string, { version: string; day: number }]) => ({
      id,
      version: mail.version,
      day: mail.day,
    });
    if (kind === 'list') {
      const rest = [...this.mails]
        .filter(
          ([id, mail]) => (!below || id < below) && (scope.sinceDay === null || mail.day >= scope.sinceDay),
        )
        .sort(([a], [b]) => (a < b ? 1 : -1));
      const changed = rest.slice(0, limit).map(entry);
      const more = rest.length > limit;
      const from = more ? changed.at(-1)!.id : null;
      return {
        changed,
        removed: [],
        cursor: more ? `list:${at}:${from}` : `at:${at}`,
        more: true,
        listed: { from, to: below || null },
      };
    }
    return {
      changed: [...this.mails].filter(([, mail]) => mail.at > Number(at)).map(entry),
      removed: this.gone.filter((item) => item.at > Number(at)).map((item) => item.id),
      cursor: `at:${this.clock}`,
      more: false,
    };
  }
}

/** A phone's view of the actor: it keeps its key, and may lose answers. */
export class World {
  readonly mailbox = new Mailbox();
  readonly store = new MemoryDeviceStore();
  now = NOW;
  policyStatus: 142 | null = null;
  readonly window = { default: 100, max: 512 };
  readonly setAside: string[] = [];
  readonly told: string[] = [];
  private epochs = 0;
  private actor: DeviceActor;

  constructor(private readonly scope: 'local' | 'shared' = 'local') {
    this.actor = this.newActor();
  }

  /** Another host takes over: nothing remembered survives. */
  restart(): void {
    this.actor = this.newActor();
  }

  newActor(): DeviceActor {
    const deps: DeviceDependencies = {
      store: this.store,
      backends: {
        lease: async () => ({
          backend: async () => this.mailbox,
          itemClasses: ['Email'],
          release: () => undefined,
        }),
        quarantine: (notice) => new QuarantineBackend(notice, 'ada@example.org'),
      },
      access: {
        rulings: async () => new Rulings({ revision: '0', rules: [], settings: new Map() }),
        refresh: () => undefined,
      },
      policy: {
        check: (_identity, _key, state) => ({ status: this.policyStatus, state }),
        provision: (_identity, request) => ({ answer: request, state: request }),
        mark: () => unmarked,
        keepsRecoveryPassword: () => true,
        isFinalKey: (key) => key === '77',
      },
      events: {
        deviceCreated: () => undefined,
        staleState: () => undefined,
        collectionReset: () => undefined,
        sourceFailed: () => undefined,
        sourceRestored: () => undefined,
        wipe: (_identity, what, kind) => this.told.push(`${kind} ${what}`),
        itemSetAside: (_identity, _folder, item) => this.setAside.push(item),
      },
      window: this.window,
      now: () => this.now,
      epoch: () => `epoch${(this.epochs++).toString().padStart(5, '0')}`,
      scope: this.scope,
    };
    return new DeviceActor(deps);
  }

  async ask<Type extends DeviceMessage['type']>(
    body: Extract<DeviceMessage, { type: Type }>,
    actor = this.actor,
  ): Promise<DeviceAnswers[Type]> {
    return (await actor.receive(this.envelope(body))) as DeviceAnswers[Type];
  }

  envelope(body: DeviceMessage): Envelope {
    return {
      identity: { tenant: 't', user: 'u', deviceId: 'd' },
      deviceType: 'phone',
      userAgent: 'test',
      protocolVersion: 141,
      policyKey: null,
      credentials: 'sealed',
      body,
    };
  }

  folderSync(key = '0') {
    return this.ask({ type: 'FolderSync', key });
  }

  async sync(key: string, more: Partial<CollectionAsk> = {}, phase: 'both' | 'open' | 'collect' = 'both') {
    const asked: CollectionAsk = { id: 'm1', key, getChanges: null, windowSize: 3, options: null, ...more };
    const message = {
      type: 'Sync',
      phase,
      collections: [asked],
      partial: false,
      windowSize: null,
      wait: null,
    } as const;
    return only(await this.ask(message));
  }

  /** FolderSync, key 0, and windows until there is nothing more. */
  async synced(more: Partial<CollectionAsk> = {}): Promise<{ key: string; has: Set<string> }> {
    await this.folderSync();
    let { key } = await this.sync('0', more);
    const has = new Set<string>();
    for (let answer = await this.sync(key); ; answer = await this.sync(key)) {
      key = answer.key;
      answer.refs.forEach((ref) => has.add(ref.id));
      if (!answer.more) break;
    }
    return { key, has };
  }
}

export const only = (answer: SyncAnswer): CollectionAnswer => answer.collections[0]!;
export const kinds = (answer: CollectionAnswer): string[] =>
  answer.refs.map((ref) => `${ref.kind} ${ref.id}`);
