import { z } from 'zod';
import { key, section } from './declare.js';

const most = (fallback: number, prose: string) =>
  key(z.number().int().min(1).max(1_000_000).default(fallback), prose);

/** The connections of this node to the servers behind it. See ConnectionLimits of #connections. */
export const connectionKeys = section(
  'Connections of this node to the servers behind it. Those that only wait for news take at most four fifths of each limit; an account beyond that is looked at every `watch.recheckSeconds` instead.',
  {
    perHost: most(
      15_000,
      'Most connections to one host and port, of all accounts. Each watched account needs one, and each that works up to `maxConnections` of its mail source.',
    ),
    perNode: most(20_000, 'Most connections to all hosts together.'),
    opening: most(
      32,
      'Most connections to one host that are being opened at a time: after an outage the others wait for their turn.',
    ),
    waiting: most(10_000, 'Most requests that wait for a connection to one host; more are refused at once.'),
    waitSeconds: key(
      z.number().min(0.1).max(600).default(20),
      'How long a request waits for a connection before its phone is told to come later.',
    ),
  },
);
