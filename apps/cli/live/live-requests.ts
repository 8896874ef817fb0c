import type { z } from 'zod';
import type { operations } from '#admin-api';

export type LiveRequest = z.output<typeof operations.LiveRequest>;
export type NodeState = z.output<typeof operations.NodeState>;

/** How long a request that ended stays in sight, in milliseconds. */
const AFTERGLOW = 3000;
/** Ended requests kept at most: a busy installation answers thousands a second. */
const MOST_DONE = 500;

/** All requests of the moment, kept up by what the stream tells. */
export class LiveRequests {
  private readonly requests = new Map<string, LiveRequest>();
  private readonly done = new Map<string, number>();

  /** Event `whole`: this is all there is. */
  replace(requests: readonly LiveRequest[], now: number): void {
    this.requests.clear();
    this.done.clear();
    this.change(requests, now);
  }

  /** Event `change`: what began, was held or ended. */
  change(requests: readonly LiveRequest[], now: number): void {
    for (const request of requests) {
      this.requests.set(request.id, request);
      if (request.state === 'done') this.done.set(request.id, now);
    }
    for (const [id, at] of this.done) {
      if (now - at < AFTERGLOW && this.done.size <= MOST_DONE) break;
      this.done.delete(id);
      this.requests.delete(id);
    }
  }

  list(): LiveRequest[] {
    return [...this.requests.values()];
  }
}
