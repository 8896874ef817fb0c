import type { Bus, BusMessages, Topic } from './bus.js';
import { Hearers } from './hearers.js';

/** The bus of an installation that is one process. Messages arrive after the code that sent them has gone on. */
export class InProcessBus implements Bus {
  readonly isAvailable = true;
  private readonly hearers: Hearers;
  private closed = false;

  constructor(report: (error: unknown) => void = () => undefined) {
    this.hearers = new Hearers(report);
  }

  publish<T extends Topic>(topic: T, message: BusMessages[T]): void {
    if (!this.hearers.has(topic)) return;
    queueMicrotask(() => {
      if (!this.closed) this.hearers.tell(topic, message);
    });
  }

  subscribe<T extends Topic>(topic: T, hear: (message: BusMessages[T]) => void): () => void {
    return this.hearers.add(topic, hear);
  }

  /** Nothing is ever missed here. */
  onGap(): () => void {
    return () => undefined;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
