/**
 * A host in a process of its own, for the tests that kill one. Arguments: Redis URL, lock duration in ms. Its actor keeps
 * its notes in Redis, so that what it did can be seen after its death.
 */
import { Redis } from 'ioredis';
import { BullRuntime } from '../index.js';

export interface Order {
  /** `stay`: until there is a key `go:` and the text in Redis. */
  readonly do: 'note' | 'hang' | 'stay' | 'die' | 'pid';
  readonly text?: string;
}

async function main(url = '', lockDuration = ''): Promise<void> {
  const notes = new Redis(url);
  const runtime = await BullRuntime.connect({ redis: url, lockDuration: Number(lockDuration) });
  await runtime.host((address) => ({
    async receive(message) {
      const order = message as Order;
      await notes.rpush(`notes:${address}`, `begin ${order.text ?? order.do}`);
      if (order.do === 'die') process.kill(process.pid, 'SIGKILL');
      if (order.do === 'hang') await new Promise(() => undefined);
      while (order.do === 'stay' && (await notes.exists(`go:${order.text}`)) === 0)
        await new Promise((resolve) => setTimeout(resolve, 20));
      if ((await notes.incr(`inside:${address}`)) > 1) await notes.incr('overlaps');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
      await notes.decr(`inside:${address}`);
      await notes.rpush(`notes:${address}`, `end ${order.text ?? order.do}`);
      return process.pid;
    },
  }));
  process.on('message', () => void runtime.close().then(() => process.exit(0)));
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

void main(...process.argv.slice(2));
