import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Where a connection is to break. */
export interface Cut {
  /** Whose words count. */
  readonly of: 'client' | 'server';
  /** Counted from behind these words; of one connection. */
  readonly after: string;
  /** Bytes that still pass. */
  readonly bytes: number;
  /** How many connections are to break so, one after the other; 1 unless given. */
  readonly times?: number;
}

export interface CuttingProxy {
  readonly port: number;
  /** Connections that were cut. */
  readonly cuts: number;
  /** From now on; null lets everything pass. */
  cut(where: Cut | null): void;
  stop(): Promise<void>;
}

/** Stands before a server on 127.0.0.1 and breaks its connections in mid-stream, where a test wants it to. */
export async function startCuttingProxy(target: number): Promise<CuttingProxy> {
  let armed: Cut | null = null;
  let cuts = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    const breakOff = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', breakOff);
      socket.on('close', () => {
        sockets.delete(socket);
        breakOff();
      });
    }
    relay(client, upstream, 'client');
    relay(upstream, client, 'server');

    function relay(from: Socket, to: Socket, side: Cut['of']): void {
      const meter = new Meter();
      from.on('data', (piece: Buffer) => {
        const passing = armed?.of === side ? meter.passing(piece, armed) : piece.length;
        if (passing === piece.length) {
          if (!to.write(piece)) {
            from.pause();
            to.once('drain', () => from.resume());
          }
          return;
        }
        cuts++;
        if (cuts >= (armed?.times ?? 1)) armed = null;
        // What passes has to arrive before the end does.
        to.end(piece.subarray(0, passing), breakOff);
        from.pause();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get cuts() {
      return cuts;
    },
    cut: (where) => {
      cuts = 0;
      armed = where;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Finds the words in one direction of one connection, and counts what follows. */
class Meter {
  private text = '';
  private left: number | null = null;
  private rule: Cut | null = null;

  /** How much of the piece passes. */
  passing(piece: Buffer, rule: Cut): number {
    if (rule !== this.rule) {
      this.rule = rule;
      this.left = null;
      this.text = '';
    }
    let from = 0;
    if (this.left === null) {
      const before = this.text.length;
      this.text += piece.toString('latin1');
      const at = this.text.indexOf(rule.after);
      if (at < 0) {
        this.text = this.text.slice(-rule.after.length);
        return piece.length;
      }
      from = at + rule.after.length - before;
      this.left = rule.bytes;
    }
    const passing = Math.min(piece.length, from + this.left);
    this.left -= passing - from;
    return this.left > 0 ? piece.length : passing;
  }
}
