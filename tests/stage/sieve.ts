import { SieveClient } from '../../libs/backends/managesieve/client.js';
import type { Dovecot } from '../servers/index.js';

/** Signs another program in to the user's Sieve scripts, for as long as `work` lasts. */
export async function withSieve<T>(
  dovecot: Dovecot,
  user: string,
  work: (client: SieveClient) => Promise<T>,
): Promise<T> {
  const config = { host: dovecot.host, port: dovecot.sievePort ?? 0, tls: 'none' } as const;
  const client = await SieveClient.open(config, { user, password: dovecot.password });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}
