import type { LiveRequest } from '../../api/types.js';

export interface LiveFilter {
  /** In user, device, command, address or node. */
  readonly q: string;
  readonly state: LiveRequest['state'] | '';
  readonly command: string;
}

/** Milliseconds an answered request stays in sight. */
const LINGER = 8000;
/** More rows than this at once are not kept: the oldest answered ones go first. */
const MOST = 20_000;

interface Kept {
  readonly request: LiveRequest;
  /** When it was answered, by this page's clock; null before. */
  readonly doneAt: number | null;
}

/**
 * The requests of all nodes as they come. Outside of React: thousands of changes a second are taken in here, and the page
 * looks at them a few times a second.
 */
export class LiveBoard {
  private readonly kept = new Map<string, Kept>();
  /** Grows with every change. */
  version = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** All there is: what is not named is gone. */
  whole(requests: readonly LiveRequest[]): void {
    this.kept.clear();
    this.change(requests);
  }

  change(requests: readonly LiveRequest[]): void {
    for (const request of requests)
      this.kept.set(request.id, { request, doneAt: request.state === 'done' ? this.now() : null });
    this.version++;
    if (this.kept.size > MOST) this.sweep(0);
  }

  /** Takes away what was answered a while ago. */
  sweep(linger: number = LINGER): void {
    const limit = this.now() - linger;
    for (const [id, { doneAt }] of this.kept)
      if (doneAt !== null && doneAt <= limit) {
        this.kept.delete(id);
        this.version++;
      }
  }

  /** Those that pass: at work first, then held, then answered; within each the oldest first. */
  rows({ q, state, command }: LiveFilter): readonly LiveRequest[] {
    const needle = q.trim().toLowerCase();
    const passing: LiveRequest[] = [];
    for (const { request } of this.kept.values()) {
      if (state !== '' && request.state !== state) continue;
      if (command !== '' && request.command !== command) continue;
      if (needle !== '' && !textOf(request).includes(needle)) continue;
      passing.push(request);
    }
    return passing.sort((a, b) => order[a.state] - order[b.state] || a.startedAt - b.startedAt);
  }

  /** How many there are in each state, and which commands. */
  summary(): { counts: Record<LiveRequest['state'], number>; commands: readonly string[] } {
    const counts = { working: 0, held: 0, done: 0 };
    const commands = new Set<string>();
    for (const { request } of this.kept.values()) {
      counts[request.state]++;
      commands.add(request.command);
    }
    return { counts, commands: [...commands].sort() };
  }
}

const order: Readonly<Record<LiveRequest['state'], number>> = { working: 0, held: 1, done: 2 };

const textOf = ({ user, device, deviceType, command, address, node, userAgent }: LiveRequest): string =>
  `${user ?? ''} ${device} ${deviceType} ${command} ${address} ${node} ${userAgent}`.toLowerCase();
