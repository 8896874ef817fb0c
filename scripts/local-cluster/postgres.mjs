// The PostgreSQL of a cluster: the embedded one of `godwit serve`, in a process of its own, so that all nodes share it.
// Its folder is the argument. It runs as long as this process does.
import { EmbeddedServer } from '../../dist/libs/store/embedded/server.js';

const server = await EmbeddedServer.open(process.argv[2]);
const { host, port, user, database } = server.config;
process.stdout.write(`postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}\n`);

// Nothing else keeps the process: the server's own handle does not count.
const running = setInterval(() => undefined, 3_600_000);
for (const signal of ['SIGTERM', 'SIGINT'])
  process.once(signal, () => {
    clearInterval(running);
    server.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
