import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Where a source is, as far as a connection goes. */
export type Endpoint =
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly tls: boolean;
      readonly verify: boolean;
    }
  /** It is on this computer: there is nothing to connect to. */
  | { readonly kind: 'none' };

/** One thing that was tried. */
export interface Step {
  readonly step: string;
  readonly ok: boolean;
  readonly ms: number;
  /** What was found, or what is wrong and what to do about it. */
  readonly detail: string;
}

/** Does one thing and tells how it went; `say` puts an error into words that help. */
export async function step<T>(
  name: string,
  work: () => Promise<T>,
  found: (result: T) => string,
  say: (error: unknown) => string,
): Promise<{ step: Step; result: T | null }> {
  const begun = performance.now();
  const done = (ok: boolean, detail: string): Step => ({
    step: name,
    ok,
    ms: Math.round((performance.now() - begun) * 10) / 10,
    detail,
  });
  try {
    const result = await work();
    return { step: done(true, found(result)), result };
  } catch (error) {
    return { step: done(false, say(error)), result: null };
  }
}

/** Resolves, connects and shakes hands; nothing is sent. Ends at the first step that fails. */
export async function probe(endpoint: Endpoint, signal: AbortSignal): Promise<Step[]> {
  if (endpoint.kind === 'none') return [];
  const { host, port, tls, verify } = endpoint;
  const steps: Step[] = [];
  const resolved = await step(
    'resolve',
    () => lookup(host, { all: true }),
    (all) => all.map(({ address }) => address).join(', '),
    () => `The name ${host} is not known to the resolver of this server: check its spelling and the DNS.`,
  );
  steps.push(resolved.step);
  if (!resolved.result) return steps;
  const connected = await step(
    'connect',
    () => opened(connectTcp({ host, port }), 'connect', signal),
    () => `Port ${port} answers.`,
    (error) => connectWords(error, host, port),
  );
  steps.push(connected.step);
  connected.result?.destroy();
  if (!connected.result || !tls) return steps;
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const secured = await step(
    'tls',
    () =>
      opened(connectTls({ host, port, rejectUnauthorized: verify, ...servername }), 'secureConnect', signal),
    (socket) => socket.getProtocol() ?? 'TLS',
    (error) =>
      `TLS failed: ${wordsOf(error)}. Check the certificate's names and issuer, and whether this port speaks TLS at once.`,
  );
  steps.push(secured.step);
  secured.result?.destroy();
  return steps;
}

function opened<S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    const late = (): void => fail(new Error('it took too long'));
    if (signal.aborted) return late();
    signal.addEventListener('abort', late, { once: true });
    socket.once('error', fail);
    socket.once(event, () => {
      signal.removeEventListener('abort', late);
      // What a server does to a connection that nobody uses is of no interest.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 300);

function connectWords(error: unknown, host: string, port: number): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  const where = `${host}:${port}`;
  if (code === 'ECONNREFUSED')
    return `Nothing listens at ${where}: is the server running, is the port right?`;
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return `There is no way to ${where}: check routes and firewalls.`;
  return `No connection to ${where}: ${wordsOf(error)}. A firewall that drops packets looks like this.`;
}
