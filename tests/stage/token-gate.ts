import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A door before an HTTP server: who shows the token passes under the given login, others do not. */
export interface TokenGate {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startTokenGate(
  target: string,
  token: string,
  login: { readonly user: string; readonly password: string },
): Promise<TokenGate> {
  const basic = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  const gate = createServer((incoming, outgoing) => {
    if (incoming.headers.authorization !== `Bearer ${token}`) {
      outgoing.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end();
      return;
    }
    const headers = { ...incoming.headers, authorization: basic };
    const { method } = incoming;
    const passed = request(new URL(incoming.url ?? '/', target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(gate.address() as AddressInfo).port}/`,
    stop: () => {
      gate.closeAllConnections();
      return new Promise<void>((resolve) => gate.close(() => resolve()));
    },
  };
}
