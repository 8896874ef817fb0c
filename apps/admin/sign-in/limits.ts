import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Configuration } from '#ops';
import { Refused } from '../call.js';

const MINUTE = 60;

/** An IPv6 host has a whole /64 to call from. */
const networkOf = (address: string): string =>
  address.includes(':') ? address.split(':', 4).join(':') : address;

/** How much one may ask of this process in a minute, and how often fail to sign in. */
export class Limits {
  private readonly requests: RateLimiterMemory;
  private readonly failures: RateLimiterMemory;

  constructor({ requestsPerMinute, failuresPerMinute }: Configuration['admin']) {
    this.requests = new RateLimiterMemory({ points: requestsPerMinute, duration: MINUTE });
    this.failures = new RateLimiterMemory({ points: failuresPerMinute, duration: MINUTE });
  }

  /** Counts a request of an address. Throws Refused 429. */
  request(address: string): Promise<void> {
    return counted(this.requests, `address ${networkOf(address)}`);
  }

  /** Counts a request of somebody who is signed in. Throws Refused 429. */
  caller(name: string): Promise<void> {
    return counted(this.requests, `caller ${name}`);
  }

  /** Counts a failed sign-in. Throws Refused 429 in place of whatever the sign-in would have been answered. */
  failure(address: string): Promise<void> {
    return counted(this.failures, networkOf(address));
  }
}

async function counted(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    throw new Refused(429, 'too-many', `Too many requests; try again in ${seconds} s.`, undefined, seconds);
  }
}
