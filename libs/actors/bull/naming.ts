import { createHash } from 'node:crypto';
import type { AddressKeys } from './scripts/take.js';

/** Names in Redis. Addresses hold user and device names: their digest is as long for everybody and tells nobody. */
export class Naming {
  constructor(readonly prefix: string) {}

  tag(address: string): string {
    return createHash('sha256').update(address).digest('base64url').slice(0, 27);
  }

  /** All keys of an address carry its tag as the hash tag of Redis Cluster: a script may touch them together. */
  keys(tag: string): AddressKeys {
    const stem = `${this.prefix}:{${tag}}`;
    return { box: `${stem}:box`, run: `${stem}:run`, lease: `${stem}:lease` };
  }

  get channelPrefix(): string {
    return `${this.prefix}:node:`;
  }

  channel(node: string): string {
    return this.channelPrefix + node;
  }

  /** BullMQ's keys of the queue, which must share a hash tag as well. */
  get queuePrefix(): string {
    return `{${this.prefix}}`;
  }
}
