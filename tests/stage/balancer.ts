import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands before several gateways as a load balancer does: connections go to them in turn, past those that are down. */
export interface Balancer {
  readonly url: string;
  stop(): Promise<void>;
}

/** `ports` are those of the gateways. */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  let turn = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.on('close', () => open.delete(client));
    client.on('error', () => client.destroy());
    const first = turn++;
    forward(
      client,
      ports.map((_, index) => ports[(first + index) % ports.length] ?? 0),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const client of open) client.destroy();
      }),
  };
}

function forward(client: Socket, [port, ...others]: readonly number[]): void {
  if (port === undefined || client.destroyed) return void client.destroy();
  const gateway = connect(port, '127.0.0.1');
  let isConnected = false;
  gateway.on('connect', () => {
    isConnected = true;
    client.pipe(gateway).pipe(client);
  });
  gateway.on('error', () => (isConnected ? client.destroy() : forward(client, others)));
  // What one side hangs up on, the other side must hear of.
  client.on('close', () => gateway.destroy());
}
