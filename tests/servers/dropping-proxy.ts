import { connect, createServer, type AddressInfo, type NetConnectOpts, type Socket } from 'node:net';

/** Stands before a server; what goes wrong on the way to it goes wrong here. */
export interface DroppingProxy {
  readonly port: number;
  /**
   * From now on everything vanishes, as packets do that a firewall drops: open connections stay open and silent, new ones
   * are taken and never answered, and neither side hears that the other one hung up.
   */
  drop(): void;
  /** Breaks all connections and refuses new ones, as the machine of a server does that died. */
  refuse(): void;
  /** Everything passes again. What was under way and has not been given up arrives late. */
  pass(): void;
  stop(): Promise<void>;
}

/** Stands before a server: a port of 127.0.0.1, or a Unix socket. */
export async function startDroppingProxy(target: number | string): Promise<DroppingProxy> {
  const where: NetConnectOpts =
    typeof target === 'number' ? { port: target, host: '127.0.0.1' } : { path: target };
  const pairs = new Set<Pair>();
  let manner: 'pass' | 'drop' | 'refuse' = 'pass';
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    if (manner === 'refuse') return void client.resetAndDestroy();
    const pair = new Pair(client, where, () => pairs.delete(pair));
    pairs.add(pair);
    if (manner === 'pass') pair.flow();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const breakAll = (): void => {
    for (const pair of [...pairs]) pair.break();
  };
  return {
    port: (server.address() as AddressInfo).port,
    drop: () => {
      manner = 'drop';
      for (const pair of pairs) pair.hush();
    },
    refuse: () => {
      manner = 'refuse';
      breakAll();
    },
    pass: () => {
      manner = 'pass';
      for (const pair of pairs) pair.flow();
    },
    stop: async () => {
      breakAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A connection to the proxy and the one behind it. */
class Pair {
  private server: Socket | null = null;
  /** One side is gone; the other one hears of it when something passes again. */
  private isOver = false;
  private isHushed = true;

  constructor(
    private readonly client: Socket,
    private readonly where: NetConnectOpts,
    private readonly gone: () => void,
  ) {
    this.watch(client);
  }

  hush(): void {
    this.isHushed = true;
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  flow(): void {
    this.isHushed = false;
    if (this.isOver) return this.break();
    if (!this.server) {
      this.server = connect({ ...this.where, allowHalfOpen: true } as NetConnectOpts);
      this.watch(this.server);
    }
    this.client.pipe(this.server).pipe(this.client);
  }

  break(): void {
    for (const socket of this.sockets) socket.destroy();
    this.gone();
  }

  private get sockets(): Socket[] {
    return this.server ? [this.client, this.server] : [this.client];
  }

  private watch(socket: Socket): void {
    socket.setNoDelay(true);
    const over = (): void => {
      this.isOver = true;
      if (!this.isHushed) this.break();
    };
    socket.on('error', over);
    socket.on('close', over);
  }
}
