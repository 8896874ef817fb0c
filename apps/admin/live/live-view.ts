import type { Bus, BusMessages, LiveRequest } from '#bus';

/** Milliseconds. */
const RENEW = 3_000;
/** Nodes go on telling for so long after they were asked last. */
const WANTED = 10_000;
/** A node that is watched answers every renewal: one that is silent for longer is gone. */
const SILENCE = 10_000;
/** Who looks once and again within this time finds everything there. */
const LINGER = 10_000;

/** A node's requests. */
interface NodeRequests {
  heardAt: number;
  requests: Map<string, LiveRequest>;
  /** A whole that is being told in several messages. */
  coming: Map<string, LiveRequest> | null;
  /** It has told all it has at least once. */
  isWhole: boolean;
}

/** Is told what changed: requests that ended come once more, as `done`. */
export type Watcher = (changes: readonly LiveRequest[]) => void;

export interface LiveViewOptions {
  readonly bus: Bus;
  readonly now?: () => number;
  /** Names of the nodes that serve phones, as far as known. */
  readonly nodes: () => readonly string[];
}

/** The requests of all nodes as one. Nodes tell of theirs only while somebody looks. */
export class LiveView {
  private readonly nodes = new Map<string, NodeRequests>();
  private readonly watchers = new Set<Watcher>();
  private readonly bus: Bus;
  private readonly now: () => number;
  private leave: (() => void) | null = null;
  private renewal: NodeJS.Timeout | null = null;
  private lingers: NodeJS.Timeout | null = null;
  /** Who waits for all nodes to have told all they have. */
  private readonly waiting = new Set<() => void>();

  constructor(private readonly options: LiveViewOptions) {
    this.bus = options.bus;
    this.now = options.now ?? Date.now;
  }

  /** All requests, the oldest first. */
  requests(): LiveRequest[] {
    return [...this.nodes.values()]
      .flatMap(({ requests }) => [...requests.values()])
      .sort((a, b) => a.startedAt - b.startedAt);
  }

  /** Tells of changes until the returned function is called. */
  watch(watcher: Watcher): () => void {
    this.watchers.add(watcher);
    this.start();
    return () => {
      if (this.watchers.delete(watcher) && this.watchers.size === 0) this.stopSoon();
    };
  }

  /** Resolves when all known nodes have told all they have, at the latest after `patience` milliseconds. */
  async complete(patience: number): Promise<void> {
    this.start();
    if (this.isComplete()) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, patience);
      this.waiting.add(done);
    });
    if (this.watchers.size === 0) this.stopSoon();
  }

  close(): void {
    this.watchers.clear();
    this.stop();
  }

  private isComplete(): boolean {
    const known = this.options.nodes();
    return known.length > 0 && known.every((node) => this.nodes.get(node)?.isWhole === true);
  }

  private start(): void {
    if (this.lingers) clearTimeout(this.lingers);
    this.lingers = null;
    if (this.leave) return;
    const leaves = [
      this.bus.subscribe('live', (message) => this.hear(message)),
      // What was missed is told again.
      this.bus.onGap(() => this.want(true)),
    ];
    this.leave = () => leaves.forEach((leave) => leave());
    this.renewal = setInterval(() => {
      this.want(false);
      this.dropSilent();
    }, RENEW).unref();
    this.want(true);
  }

  private stopSoon(): void {
    this.lingers ??= setTimeout(() => this.stop(), LINGER).unref();
  }

  private stop(): void {
    this.leave?.();
    this.leave = null;
    if (this.renewal) clearInterval(this.renewal);
    if (this.lingers) clearTimeout(this.lingers);
    this.renewal = this.lingers = null;
    this.nodes.clear();
    for (const done of this.waiting) done();
  }

  private want(whole: boolean): void {
    this.bus.publish('live-wanted', { until: this.now() + WANTED, ...(whole && { whole }) });
  }

  private hear({ node: name, whole, more, requests }: BusMessages['live']): void {
    const node = this.nodeOf(name);
    node.heardAt = this.now();
    if (whole) node.coming = new Map();
    const { coming } = node;
    for (const request of requests) apply(coming ?? node.requests, request);
    if (!coming) this.tell(requests);
    else if (more !== true) this.replace(node, coming);
  }

  private nodeOf(name: string): NodeRequests {
    let node = this.nodes.get(name);
    if (!node) {
      node = { heardAt: 0, requests: new Map(), coming: null, isWhole: false };
      this.nodes.set(name, node);
    }
    return node;
  }

  /** A node has told everything once more: only what is otherwise than it was known is told on. */
  private replace(node: NodeRequests, fresh: Map<string, LiveRequest>): void {
    const gone = [...node.requests.values()].filter(({ id }) => !fresh.has(id));
    const changed = [...fresh.values()].filter((request) => {
      const known = node.requests.get(request.id);
      return !known || known.state !== request.state || known.user !== request.user;
    });
    Object.assign(node, { requests: fresh, coming: null, isWhole: true });
    this.tell([...gone.map(ended), ...changed]);
    if (this.waiting.size > 0 && this.isComplete()) for (const done of this.waiting) done();
  }

  private dropSilent(): void {
    const limit = this.now() - SILENCE;
    for (const [name, node] of this.nodes) {
      if (node.heardAt >= limit) continue;
      this.nodes.delete(name);
      this.tell([...node.requests.values()].map(vanished));
    }
  }

  private tell(changes: readonly LiveRequest[]): void {
    if (changes.length === 0) return;
    for (const watcher of this.watchers) watcher(changes);
  }
}

function apply(requests: Map<string, LiveRequest>, request: LiveRequest): void {
  if (request.state === 'done') requests.delete(request.id);
  else requests.set(request.id, request);
}

const ended = (request: LiveRequest): LiveRequest => ({ ...request, state: 'done' });
const vanished = (request: LiveRequest): LiveRequest => ({
  ...ended(request),
  error: 'the node is gone',
});
