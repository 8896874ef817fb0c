/** How many connections there may be. */
export interface ConnectionLimits {
  /** To one host and port, of all accounts of this node. */
  readonly perHost: number;
  /** Of this node, to all hosts. */
  readonly perNode: number;
  /** Being opened to one host at a time. */
  readonly opening: number;
  /** Waiting for one host at a time; more are refused at once. */
  readonly waiting: number;
  /** Milliseconds one waits. */
  readonly patience: number;
}

/**
 * Room for the watched connections of ten thousand accounts and for the work of their phones. Thirty-two logins at a time
 * are some hundreds a second, which is what a mail server's password hashing does with all of its cores.
 */
export const defaultLimits: ConnectionLimits = {
  perHost: 15_000,
  perNode: 20_000,
  opening: 32,
  waiting: 10_000,
  patience: 20_000,
};

/**
 * The share of the slots that connections may have which only wait for news. An account that is not watched is looked at
 * now and then; a Sync that finds no connection is refused. So there is always room for the Sync.
 */
const WATCHING_SHARE = 0.8;

export const mostWatching = (most: number): number => Math.floor(most * WATCHING_SHARE);
