import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { addressKey, type FailureCounts, type Guess } from '#accounts';
import type { Configuration } from '#ops';
import { Refused } from '../call.js';

const MINUTE = 60;

const guessFrom = (address: string): Guess => ({ kind: 'administrator', name: addressKey(address) });

/** How much one may ask of this process in a minute, and how often fail to sign in: there, and at all processes together. */
export class Limits {
  private readonly requests: RateLimiterMemory;
  private readonly failures: RateLimiterMemory;

  constructor(
    { requestsPerMinute, failuresPerMinute }: Configuration['admin'],
    private readonly guesses: FailureCounts,
  ) {
    this.requests = new RateLimiterMemory({ points: requestsPerMinute, duration: MINUTE });
    this.failures = new RateLimiterMemory({ points: failuresPerMinute, duration: MINUTE });
  }

  /** Counts a request of an address. Throws Refused 429. */
  request(address: string): Promise<void> {
    return counted(this.requests, `address ${addressKey(address)}`);
  }

  /** Counts a request of somebody who is signed in. Throws Refused 429. */
  caller(name: string): Promise<void> {
    return counted(this.requests, `caller ${name}`);
  }

  /** Before a secret is looked at. Throws Refused 429 if the address has failed too often, here or elsewhere. */
  async mayGuess(address: string): Promise<void> {
    const wait = await this.guesses.wait([guessFrom(address)]);
    if (wait > 0) throw tooMany(wait);
  }

  /** Counts a failed sign-in. Throws Refused 429 in place of whatever the sign-in would have been answered. */
  async failure(address: string): Promise<void> {
    await this.guesses.add([guessFrom(address)]);
    await counted(this.failures, addressKey(address));
  }
}

async function counted(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw tooMany(error.msBeforeNext);
  }
}

function tooMany(milliseconds: number): Refused {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return new Refused(429, 'too-many', `Too many requests; try again in ${seconds} s.`, undefined, seconds);
}
