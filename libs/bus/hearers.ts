import type { BusMessages, Topic } from './bus.js';

type Hear = (message: never) => void;

/** Who hears what, in this process. */
export class Hearers {
  private readonly byTopic = new Map<Topic, Set<Hear>>();

  /** `report` is told what a hearer throws: one that fails must not keep the others from hearing. */
  constructor(private readonly report: (error: unknown) => void) {}

  add<T extends Topic>(topic: T, hear: (message: BusMessages[T]) => void): () => void {
    const hearers = this.byTopic.get(topic) ?? new Set<Hear>();
    this.byTopic.set(topic, hearers);
    // A function of its own: the same one may hear twice.
    const own: Hear = (message) => hear(message);
    hearers.add(own);
    return () => {
      hearers.delete(own);
      if (hearers.size === 0) this.byTopic.delete(topic);
    };
  }

  has(topic: Topic): boolean {
    return this.byTopic.has(topic);
  }

  tell<T extends Topic>(topic: T, message: BusMessages[T]): void {
    for (const hear of [...(this.byTopic.get(topic) ?? [])]) {
      try {
        hear(message as never);
      } catch (error) {
        this.report(error);
      }
    }
  }
}
