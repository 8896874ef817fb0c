import fc from 'fast-check';
import { ActorFailure, registerError } from '../failure.js';
import type { FailureReport } from '../perform.js';
import { DeadlinePassed, Overloaded, type Actor, type ActorFactory, type ActorRuntime } from '../runtime.js';

/** Runtimes that reach the same actors: messages are asked of any of them. */
export interface Installation {
  readonly asking: readonly ActorRuntime[];
  readonly reports: readonly FailureReport[];
  close(): Promise<void>;
}

export interface InstallationOptions {
  readonly perAddress?: number;
  readonly longestWait?: number;
}

/** An error of some other room, to see that its class and fields survive the way. */
class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    message: string,
    readonly kind: string,
  ) {
    super(message);
  }
}

registerError('Refused', Refused, {
  toJson: ({ kind }) => ({ kind }),
  fromJson: (fields, message) => new Refused(message, (fields as { kind: string }).kind),
});

const soon = () => ({ deadline: Date.now() + 20_000 });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(2);
}

/** A promise and the means to keep it. */
function gate(): { passed: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

const actor = (receive: Actor['receive'], deactivate?: Actor['deactivate']): Actor =>
  deactivate ? { receive, deactivate } : { receive };

/** What every runtime promises. `install` starts one whose hosts run in this process. */
export function actorRuntimeContract(
  name: string,
  install: (factory: ActorFactory, options?: InstallationOptions) => Promise<Installation>,
): void {
  describe(`actor runtime contract: ${name}`, () => {
    let installation: Installation;
    const start = async (factory: ActorFactory, options?: InstallationOptions): Promise<ActorRuntime> => {
      installation = await install(factory, options);
      return asker(0);
    };
    /** Takes turns between those that ask. */
    const asker = (turn: number): ActorRuntime => {
      const runtime = installation.asking[turn % installation.asking.length];
      if (!runtime) throw new Error('nobody asks');
      return runtime;
    };
    afterEach(() => installation.close());

    it('carries JSON there and back', async () => {
      const runtime = await start((address) => actor(async (message) => ({ address, message })));
      const message = { text: 'ä\u2028"\n', list: [1, null, false, { deep: [] }], empty: '' };
      await expect(runtime.ask('a', message, soon())).resolves.toEqual({ address: 'a', message });
      await expect(runtime.ask('b {x} y', null, soon())).resolves.toEqual({
        address: 'b {x} y',
        message: null,
      });
    });

    it('keeps the order of arrival of an address', async () => {
      const seen: unknown[] = [];
      const runtime = await start(() =>
        actor(async (message) => {
          await pause(Math.random() * 3);
          seen.push(message);
        }),
      );
      const numbers = Array.from({ length: 40 }, (_, index) => index);
      await Promise.all(numbers.map((number) => runtime.ask('a', number, soon())));
      expect(seen).toEqual(numbers);
    });

    it('never gives an address two messages at once, whoever asks', async () => {
      const inside = new Map<string, number>();
      let most = 0;
      await start((address) =>
        actor(async () => {
          inside.set(address, (inside.get(address) ?? 0) + 1);
          most = Math.max(most, inside.get(address) ?? 0);
          await pause(Math.random() * 4);
          inside.set(address, (inside.get(address) ?? 0) - 1);
        }),
      );
      const asks = Array.from({ length: 200 }, (_, index) =>
        asker(index).ask(`a${index % 7}`, index, soon()),
      );
      await Promise.all(asks);
      expect(most).toBe(1);
    });

    it('works on different addresses side by side', async () => {
      const { passed, open } = gate();
      const runtime = await start((address) =>
        actor(async () => {
          if (address === 'slow') await passed;
          else open();
        }),
      );
      const slow = runtime.ask('slow', 1, soon());
      await runtime.ask('quick', 1, soon());
      await slow;
    });

    it('keeps the order of every address under any interleaving', async () => {
      const seen = new Map<string, number[]>();
      await start((address) =>
        actor(async (message) => {
          const { run, wait, number } = message as { run: string; wait: number; number: number };
          if (wait > 0) await pause(wait);
          const key = `${run} ${address}`;
          seen.set(key, [...(seen.get(key) ?? []), number]);
        }),
      );
      const step = fc.record({ address: fc.nat(3), wait: fc.nat(2), pause: fc.nat(2) });
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          const run = String((runs += 1));
          const asks: Promise<unknown>[] = [];
          const sent = new Map<string, number[]>();
          for (const [number, { address, wait, pause: before }] of steps.entries()) {
            if (before > 0) await pause(before);
            // One asker for an address: between two nodes there is no order that could be kept.
            sent.set(`${run} a${address}`, [...(sent.get(`${run} a${address}`) ?? []), number]);
            asks.push(asker(address).ask(`a${address}`, { run, wait, number }, soon()));
          }
          await Promise.all(asks);
          for (const [key, numbers] of sent) expect(seen.get(key)).toEqual(numbers);
        }),
        { numRuns: 25 },
      );
    });

    it('gives the asker up at its deadline, aborts the message, and goes on with the next one', async () => {
      let aborted = false;
      const runtime = await start(() =>
        actor(async (message, { signal }) => {
          if (message !== 'hang') return message;
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          aborted = true;
          return undefined;
        }),
      );
      const hanging = runtime.ask('a', 'hang', { deadline: Date.now() + 150 });
      const next = runtime.ask('a', 'next', soon());
      await expect(hanging).rejects.toBeInstanceOf(DeadlinePassed);
      await expect(next).resolves.toBe('next');
      expect(aborted).toBe(true);
    });

    it('never starts a message whose deadline passed while it waited', async () => {
      const seen: unknown[] = [];
      const { passed, open } = gate();
      const runtime = await start(() =>
        actor(async (message) => {
          seen.push(message);
          if (message === 'first') await passed;
        }),
      );
      const first = runtime.ask('a', 'first', soon());
      await until(() => seen.length === 1);
      const deadline = Date.now() + 60;
      const late = runtime.ask('a', 'late', { deadline });
      await expect(late).rejects.toBeInstanceOf(DeadlinePassed);
      // The deadline is judged by another clock where hosts share one; it agrees with ours to some milliseconds.
      await until(() => Date.now() > deadline + 250);
      open();
      await first;
      await runtime.ask('a', 'last', soon());
      expect(seen).toEqual(['first', 'last']);
    });

    it('refuses a message whose deadline has passed already', async () => {
      const runtime = await start(() => actor(async () => 'never'));
      await expect(runtime.ask('a', 1, { deadline: Date.now() - 1 })).rejects.toBeInstanceOf(DeadlinePassed);
    });

    it('gives registered errors to the asker as they were thrown', async () => {
      const runtime = await start(() =>
        actor(async () => {
          throw new Refused('no such thing', 'gone');
        }),
      );
      const error: unknown = await runtime.ask('a', 1, soon()).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Refused);
      expect(error).toMatchObject({ message: 'no such thing', kind: 'gone' });
      expect(installation.reports).toHaveLength(0);
    });

    it('reports a bug under an id and gives the next message a fresh actor', async () => {
      let made = 0;
      const runtime = await start(() => {
        made += 1;
        return actor(async (message) => {
          if (message === 'bug') throw new RangeError('off by one');
          return made;
        });
      });
      const error: unknown = await runtime.ask('a', 'bug', soon()).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ActorFailure);
      const [report] = installation.reports;
      expect(report?.error).toBeInstanceOf(RangeError);
      expect(error).toMatchObject({ message: 'off by one', id: report?.id });
      await expect(runtime.ask('a', 'fine', soon())).resolves.toBe(2);
    });

    it('survives a factory that throws', async () => {
      let attempts = 0;
      const runtime = await start(() => {
        attempts += 1;
        if (attempts === 1) throw new TypeError('cannot be made');
        return actor(async () => 'made');
      });
      await expect(runtime.ask('a', 1, soon())).rejects.toBeInstanceOf(ActorFailure);
      await expect(runtime.ask('a', 1, soon())).resolves.toBe('made');
    });

    it('refuses messages when too many wait for an address, and takes them again later', async () => {
      const { passed, open } = gate();
      let started = 0;
      const runtime = await start(
        () =>
          actor(async () => {
            started += 1;
            await passed;
          }),
        { perAddress: 3 },
      );
      const accepted = [runtime.ask('a', 0, soon())];
      await until(() => started === 1);
      accepted.push(...[1, 2, 3].map((number) => runtime.ask('a', number, soon())));
      const refused: unknown = await runtime.ask('a', 4, soon()).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(Overloaded);
      expect((refused as Overloaded).retryAfter).toBeGreaterThanOrEqual(1);
      open();
      await Promise.all(accepted);
      await runtime.ask('a', 5, soon());
    });

    it('refuses messages when the oldest has waited for too long, and takes them again later', async () => {
      const { passed, open } = gate();
      let started = 0;
      const runtime = await start(
        () =>
          actor(async () => {
            started += 1;
            await passed;
          }),
        { longestWait: 100 },
      );
      const accepted = [runtime.ask('a', 0, soon())];
      await until(() => started === 1);
      const begun = Date.now();
      accepted.push(runtime.ask('a', 1, soon()));
      await until(() => Date.now() > begun + 300);
      await expect(runtime.ask('a', 2, soon())).rejects.toBeInstanceOf(Overloaded);
      // Another address is not concerned.
      accepted.push(runtime.ask('b', 3, soon()));
      open();
      await Promise.all(accepted);
      await runtime.ask('a', 4, soon());
    });

    it('lets the running message end when it closes', async () => {
      const { passed, open } = gate();
      let started = false;
      let deactivated = 0;
      const runtime = await start(() =>
        actor(
          async () => {
            started = true;
            await passed;
            return 'done';
          },
          async () => void (deactivated += 1),
        ),
      );
      const running = runtime.ask('a', 1, soon());
      await until(() => started);
      const closed = installation.close();
      open();
      await expect(running).resolves.toBe('done');
      await closed;
      expect(deactivated).toBe(1);
      await expect(runtime.ask('a', 2, soon())).rejects.toBeInstanceOf(Overloaded);
    });

    it('does not wait longer than the grace for a message that never ends', async () => {
      let started = false;
      const runtime = await start(() =>
        actor(async () => {
          started = true;
          await new Promise(() => undefined);
        }),
      );
      const running = runtime.ask('a', 1, soon()).catch((error: unknown) => error);
      await until(() => started);
      await Promise.all(installation.asking.map((each) => each.close(50)));
      await expect(running).resolves.toBeInstanceOf(Error);
    });
  });
}
