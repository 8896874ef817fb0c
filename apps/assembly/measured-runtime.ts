import {
  ActorFailure,
  DeadlinePassed,
  Overloaded,
  RuntimeUnavailable,
  type ActorFactory,
  type ActorRuntime,
  type AskOptions,
  type RuntimeLoad,
} from '#actors';
import { isFinishing, type Envelope } from '#device';
import type { Metrics } from '#ops';

/** How an ask ended, as its metric calls it. */
function outcomeOf(error: unknown): string {
  if (error instanceof Overloaded) return 'refused';
  if (error instanceof DeadlinePassed) return 'late';
  if (error instanceof RuntimeUnavailable) return 'unavailable';
  return error instanceof ActorFailure ? 'bug' : 'error';
}

/** The runtime with what a process knows of messages to devices: how long they take, and which may not be refused. */
export class MeasuredRuntime implements ActorRuntime {
  readonly scope: ActorRuntime['scope'];

  constructor(
    private readonly runtime: ActorRuntime,
    private readonly metrics: Metrics,
  ) {
    this.scope = runtime.scope;
    metrics.beforeExposition(() => {
      const { active, waiting, delay } = runtime.load();
      metrics.actors.set(active);
      metrics.actorQueue.set(waiting);
      metrics.actorDelay.set(delay / 1000);
    });
  }

  async ask(address: string, message: unknown, options: AskOptions): Promise<unknown> {
    // Every message of this installation is one to a device.
    const { body } = message as Envelope;
    const begun = performance.now();
    let outcome = 'ok';
    try {
      return await this.runtime.ask(address, message, { ...options, finishing: isFinishing(body) });
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      this.metrics.asks.observe({ message: body.type, outcome }, (performance.now() - begun) / 1000);
    }
  }

  host(factory: ActorFactory): Promise<void> {
    return this.runtime.host(factory);
  }

  queued(): Promise<number | null> {
    return this.runtime.queued();
  }

  load(): RuntimeLoad {
    return this.runtime.load();
  }

  close(grace?: number): Promise<void> {
    return this.runtime.close(grace);
  }
}
