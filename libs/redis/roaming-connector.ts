import { AbstractConnector } from 'ioredis';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { RedisNode } from '#ops';

/** Milliseconds a connection may take to end in good order, as elsewhere in ioredis. */
const DISCONNECT_TIMEOUT = 2_000;

/** The nodes of a cluster, to be tried one after the other. */
export class Nodes {
  private known: readonly RedisNode[];
  private next: number;

  constructor(
    private readonly named: readonly RedisNode[],
    readonly tls: boolean,
  ) {
    this.known = named;
    // Not everybody begins with the first.
    this.next = Math.floor(Math.random() * named.length);
  }

  /** The cluster told who belongs to it. Those that were named stay: their names may have been given to others. */
  learn(found: readonly RedisNode[]): void {
    const isNew = ({ host, port }: RedisNode): boolean =>
      !this.named.some((one) => one.host === host && one.port === port);
    this.known = [...this.named, ...found.filter(isNew)];
  }

  take(): RedisNode | undefined {
    this.next = (this.next + 1) % this.known.length;
    return this.known[this.next];
  }
}

/**
 * Connects to another node of a cluster each time: a message published anywhere is passed on to all of them, so that any
 * will do to hear it, and one that died is not tried for ever.
 */
export function roamingConnector(nodes: Nodes) {
  return class extends AbstractConnector {
    constructor() {
      super(DISCONNECT_TIMEOUT);
    }

    override connect(): Promise<Socket | TLSSocket> {
      const node = nodes.take();
      if (!node) return Promise.reject(new Error('no node of the Redis Cluster is known'));
      this.connecting = true;
      const stream = nodes.tls ? connectTls({ ...node, servername: node.host }) : connectPlain(node);
      stream.once('error', (error: Error) => void (this.firstError = error));
      this.stream = stream;
      return Promise.resolve(stream);
    }
  };
}
