import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

const LENGTH = 24;

/** The same for every run on this computer with this login, so that doctors do not fill the server with devices. */
export const deviceIdOf = (user: string): string =>
  `doctor${createHash('sha256').update(`${hostname()}\0${user}`).digest('hex').slice(0, LENGTH)}`;
