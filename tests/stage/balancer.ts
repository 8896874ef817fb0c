import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands before several gateways as a load balancer does: connections go to them in turn, past those that are down. */
export interface Balancer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Milliseconds between two looks at a gateway's readiness, and those it is given for its answer. */
const LOOK = 250;
const PATIENCE = 1_000;

/** Whether each gateway is ready, by its own account; kept up to date until it is ended. */
function watchReadiness(ports: readonly number[]): { isReady(port: number): boolean; end(): void } {
  const ready = new Set(ports);
  const look = async (port: number): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, {
      signal: AbortSignal.timeout(PATIENCE),
    }).catch(() => null);
    if (answer?.ok === true) ready.add(port);
    else ready.delete(port);
  };
  const timer = setInterval(() => void Promise.all(ports.map(look)), LOOK);
  return { isReady: (port) => ready.has(port), end: () => clearInterval(timer) };
}

/** `ports` are those of the gateways. `isChecking`: those that are not ready are asked only if all others are down. */
export async function startBalancer(ports: readonly number[], isChecking = false): Promise<Balancer> {
  const readiness = isChecking ? watchReadiness(ports) : null;
  let turn = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.on('close', () => open.delete(client));
    client.on('error', () => client.destroy());
    const first = turn++;
    const inTurn = ports.map((_, index) => ports[(first + index) % ports.length] ?? 0);
    const isReady = (port: number): boolean => readiness?.isReady(port) ?? true;
    forward(client, [...inTurn.filter(isReady), ...inTurn.filter((port) => !isReady(port))]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        readiness?.end();
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
