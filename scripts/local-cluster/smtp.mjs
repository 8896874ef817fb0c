// The submission server of a cluster: it takes mail of the accounts, and delivers all of it to the cluster's own Dovecot, where
// any name is an account. Nothing leaves this computer. Arguments: port, Dovecot's LMTP port; the password of all accounts
// is in CLUSTER_PASSWORD.
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { lmtpDeliver } from '../../dist/tests/servers/lmtp.js';

const [port, lmtpPort] = process.argv.slice(2).map(Number);
const password = process.env.CLUSTER_PASSWORD;

const server = new SMTPServer({
  hideSTARTTLS: true,
  allowInsecureAuth: true,
  disableReverseLookup: true,
  size: 256 * 1024 * 1024,
  closeTimeout: 1000,
  onAuth: ({ username, password: given }, _session, done) =>
    given === password
      ? done(null, { user: username })
      : done(Object.assign(new Error('Wrong'), { responseCode: 535 })),
  onData: (stream, { envelope }, done) => {
    deliver(stream, envelope).then(
      () => done(),
      (error) => done(Object.assign(error, { responseCode: 451 })),
    );
  },
});

async function deliver(stream, { mailFrom, rcptTo }) {
  const source = await buffer(stream);
  for (const { address } of rcptTo)
    await lmtpDeliver(lmtpPort, address, source, mailFrom ? mailFrom.address : '');
}

server.on('error', (error) => process.stdout.write(`${error.message}\n`));
server.listen(port, '127.0.0.1');
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => server.close(() => process.exit(0)));
