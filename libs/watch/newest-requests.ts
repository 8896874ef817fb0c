import type { EndReason } from './hold.js';

/** What nodes tell each other of the requests that came to them. */
export interface RequestsCame {
  readonly node: string;
  /** The node's own count of these messages, rising. */
  readonly turn: number;
  readonly devices: readonly string[];
}

export interface NewestRequestsOptions {
  /** Unique in the installation, and to this run of the process. */
  readonly node: string;
  /** Tells all nodes, this one included, all of them in the same order. A message may be lost. */
  readonly tell: (message: RequestsCame) => void;
  /** Ends the wait of a device, if it waits on this node. */
  readonly end: (device: string, reason: EndReason) => void;
  readonly now?: () => number;
}

/** A request of a device while it is worked on or held. */
export interface DeviceRequest {
  readonly device: string;
  /** A newer request of the device came: this one must not begin to wait any more. */
  readonly isSuperseded: boolean;
  /** The request was answered, or its phone hung up. A second call does nothing. */
  done(): void;
}

/** Milliseconds over which requests are gathered into one message. */
const GATHER = 5;
/** Devices of one message at most. */
const MOST = 1000;
/** Milliseconds after which a message of our own that did not come back is taken for lost. */
const LOST = 5000;

/**
 * A newer request of a device ends its older one that waits, on whichever node that is (trap 40).
 *
 * Every node tells all of them of the requests that came, and all hear that in one order, their own messages included. A
 * request ends when one of the same device is heard of after it: that is so if the message that told of its own has come back
 * before. Of two that came at once exactly one survives, the one told last; no clocks are compared.
 */
export class NewestRequests {
  private readonly open = new Map<string, Ongoing>();
  private gathered: string[] = [];
  private timer: NodeJS.Timeout | null = null;
  /** The turn of the message that is being gathered. */
  private turn = 1;
  /** Our messages up to this turn have come back. */
  private heard = 0;
  /** When the oldest of our messages that has not come back was told. */
  private unheardSince = Infinity;
  private readonly now: () => number;

  constructor(private readonly options: NewestRequestsOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /** Requests that are worked on or held. */
  get size(): number {
    return this.open.size;
  }

  /** A request of the device came to this node: older ones end, here at once. */
  begin(device: string): DeviceRequest {
    this.supersede(device);
    const request = new Ongoing(device, this.turn, this.open);
    this.open.set(device, request);
    this.gathered.push(device);
    if (this.gathered.length >= MOST) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), GATHER).unref();
    return request;
  }

  /** A node told of requests. */
  hear({ node, turn, devices }: RequestsCame): void {
    if (node === this.options.node) return this.cameBack(turn);
    // Nobody waits for a message that was lost on its way.
    if (this.now() - this.unheardSince > LOST) this.missed();
    for (const device of devices) {
      const request = this.open.get(device);
      if (request && request.turn <= this.heard) this.supersede(device);
    }
  }

  /** Messages may have been lost, our own as well: what comes from now on is newer than all that was told. */
  missed(): void {
    this.cameBack(this.turn - 1);
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  private cameBack(turn: number): void {
    this.heard = Math.max(this.heard, turn);
    this.unheardSince = this.heard < this.turn - 1 ? this.now() : Infinity;
  }

  private supersede(device: string): void {
    const older = this.open.get(device);
    if (older) older.isSuperseded = true;
    this.open.delete(device);
    this.options.end(device, 'superseded');
  }

  private flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const devices = this.gathered;
    this.gathered = [];
    const { turn } = this;
    this.turn++;
    if (this.unheardSince === Infinity) this.unheardSince = this.now();
    this.options.tell({ node: this.options.node, turn, devices });
  }
}

/** Kept small: there is one for every phone that waits. */
class Ongoing implements DeviceRequest {
  isSuperseded = false;

  constructor(
    readonly device: string,
    /** Of the message that tells of it. */
    readonly turn: number,
    private readonly open: Map<string, Ongoing>,
  ) {}

  done(): void {
    if (this.open.get(this.device) === this) this.open.delete(this.device);
  }
}
