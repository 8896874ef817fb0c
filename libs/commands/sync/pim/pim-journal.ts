import { createHash } from 'node:crypto';
import type { Json } from '#store';
import type { WrittenFiles } from './told-elements.js';

/** What a command came to. */
export type Done =
  /** MS-ASCMD 2.2.3.177.17. */
  | { readonly status: number }
  /** Stored; `files` where some were added. */
  | { readonly id: string; readonly files: WrittenFiles };

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/**
 * What was done for a phone under one key, by command, with the answer it got (trap 19): a phone that did not hear it asks
 * again, and neither makes an item twice nor changes one twice. A JSON object in the device's state, so it is kept short.
 */
export class PimJournal {
  private readonly done: Record<string, Json>;
  /** Of this request. */
  private readonly fresh = new Set<string>();
  private readonly counts = new Map<string, number>();

  constructor(before: Json) {
    this.done = { ...(before as Record<string, Json> | null) };
  }

  static add(clientId: string): string {
    return `Add ${digest(clientId)}`;
  }

  static delete(id: string): string {
    return `Delete ${id}`;
  }

  /** Several changes of one item in one request are told from each other by their order. */
  change(id: string, what: unknown): string {
    const count = this.counts.get(id) ?? 0;
    this.counts.set(id, count + 1);
    return `Change ${id} ${count} ${digest(JSON.stringify(what))}`;
  }

  /** What came of this command before; undefined if it was not done. */
  outcome(command: string): Done | undefined {
    const done = this.done[command];
    if (done === undefined) return undefined;
    this.fresh.add(command);
    if (typeof done === 'number') return { status: done };
    const [id, ...files] = done as readonly [string, ...(readonly [string, string])[]];
    return { id, files: files.map(([clientId, part]) => ({ clientId, part })) };
  }

  note(command: string, done: Done): void {
    this.done[command] =
      'status' in done ? done.status : [done.id, ...done.files.map(({ clientId, part }) => [clientId, part])];
    this.fresh.add(command);
  }

  /** A newer change takes the item out of the state that one of an earlier request left it in. */
  forgetChanges(id: string): void {
    for (const command of Object.keys(this.done)) {
      if (command.startsWith(`Change ${id} `) && !this.fresh.has(command)) delete this.done[command];
    }
  }

  /** Null if nothing was done. */
  get kept(): Json {
    return Object.keys(this.done).length > 0 ? this.done : null;
  }
}
