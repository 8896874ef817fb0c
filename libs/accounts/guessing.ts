import type { FailureCounts, Guess, GuessKind } from './failures.js';

/**
 * Guesses that may be judged at the same time. Whoever sends a thousand at once must not have all of them looked at before
 * the first one counts. Behind an address a whole office may come back after a restart.
 */
const underWayAtMost: Readonly<Record<GuessKind, number>> = {
  user: 5,
  device: 10,
  address: 100,
  token: 100,
  administrator: 10,
};
/** Milliseconds after which one that found no place may come again. */
const NO_PLACE = 1000;

/** A secret being judged, for all requests that brought it together. */
interface Trial {
  readonly guesses: readonly Guess[];
  readonly proof: string;
  /** Milliseconds to wait; 0 if it is judged now. */
  readonly delay: Promise<number>;
  callers: number;
  isCounted: boolean;
  /** Another process found it right some days ago. */
  wasRight: boolean;
}

export type Judged<T> =
  | { readonly kind: 'judged'; readonly value: T }
  | { readonly kind: 'delayed'; readonly milliseconds: number };

/** What is judged, and how. */
export interface Judging<T> {
  /** What a failure is counted by; nothing for what is no guess. */
  readonly guesses: readonly Guess[];
  /** Names the secret, with its account (see Verdicts.digest). */
  readonly proof: string;
  readonly judge: () => Promise<T>;
  readonly isWrong: (value: T) => boolean;
}

/** Makes guessing slow: secrets nobody has seen are judged a few at a time, and after wrong ones later and later. */
export class Guessing {
  private readonly trials = new Map<string, Trial>();
  private readonly underWay = new Map<string, number>();

  constructor(private readonly failures: FailureCounts) {}

  /** Throws what `judge` throws; that counts as nothing. The same secret brought many times at once is one guess. */
  async judged<T>({ guesses, proof, judge, isWrong }: Judging<T>): Promise<Judged<T>> {
    const trial = this.trials.get(proof) ?? this.begin(guesses, proof) ?? (await this.beginRecognized(proof));
    if (!trial) return { kind: 'delayed', milliseconds: NO_PLACE };
    trial.callers += 1;
    try {
      const milliseconds = await trial.delay;
      if (milliseconds > 0) return { kind: 'delayed', milliseconds };
      const value = await judge();
      if (isWrong(value)) await this.wasWrong(trial);
      return { kind: 'judged', value };
    } finally {
      trial.callers -= 1;
      if (trial.callers === 0) this.end(trial);
    }
  }

  /** Takes its places before anything is waited for; null if there is none. */
  private begin(guesses: readonly Guess[], proof: string): Trial | null {
    const isFull = ({ kind, name }: Guess): boolean =>
      (this.underWay.get(`${kind}:${name}`) ?? 0) >= underWayAtMost[kind];
    if (guesses.some(isFull)) return null;
    this.count(guesses, 1);
    const trial: Trial = {
      ...{ guesses, proof, callers: 0, isCounted: guesses.length === 0, wasRight: false },
      delay: this.delayOf(guesses, proof, () => {
        trial.isCounted = true;
        trial.wasRight = true;
      }),
    };
    this.trials.set(proof, trial);
    return trial;
  }

  /** All places may be taken by phones that come back to another node at once: what was right there needs none. */
  private async beginRecognized(proof: string): Promise<Trial | null> {
    if (!(await this.failures.wasRight(proof))) return null;
    const trial = this.trials.get(proof) ?? this.begin([], proof);
    if (trial) trial.wasRight = true;
    return trial;
  }

  /** `recognized` is called if others guess, but this one was right before. */
  private async delayOf(guesses: readonly Guess[], proof: string, recognized: () => void): Promise<number> {
    const delay = guesses.length === 0 ? 0 : await this.failures.wait(guesses);
    if (delay <= 0 || !(await this.failures.wasRight(proof))) return delay;
    recognized();
    return 0;
  }

  private async wasWrong(trial: Trial): Promise<void> {
    // A password that was changed is let through once more, not for ever.
    if (trial.wasRight) await this.failures.forget(trial.proof);
    if (trial.isCounted) return;
    trial.isCounted = true;
    await this.failures.add(trial.guesses);
  }

  private end({ guesses, proof }: Trial): void {
    this.trials.delete(proof);
    this.count(guesses, -1);
  }

  private count(guesses: readonly Guess[], change: number): void {
    for (const { kind, name } of guesses) {
      const key = `${kind}:${name}`;
      const count = (this.underWay.get(key) ?? 0) + change;
      if (count > 0) this.underWay.set(key, count);
      else this.underWay.delete(key);
    }
  }
}
