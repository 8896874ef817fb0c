// scripts/cluster: the same processes as on Kubernetes, on this computer, to try things on. See docs/operate/install.md.
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from '../build.mjs';
import { root } from '../run.mjs';
import { end, isAlive, Ledger } from './ledger.mjs';
import { requirePrograms } from './programs.mjs';

const HELP = `Godwit as a cluster of plain processes on this computer: 2 gateways behind nginx, 2 actor hosts, admin, PostgreSQL,
Redis, Dovecot, and an SMTP server that delivers everything to this Dovecot.

  scripts/cluster up        starts it; builds first what has changed
  scripts/cluster status    what runs, and where; ends with 1 if something does not
  scripts/cluster down      ends it; --forget also removes its mail and database

  --state <folder>          where everything is kept (default: var/cluster)
  --port <port>             where phones connect (default: 8080; 0: a free one)
  --admin-port <port>       where administrators connect (default: 8081; 0: a free one)
  --json                    status as JSON
`;

const say = (text) => process.stdout.write(`${text}\n`);

function isFree(port) {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

async function requirePorts({ port, adminPort }) {
  for (const [name, wanted] of [
    ['--port', port],
    ['--admin-port', adminPort],
  ])
    if (wanted !== 0 && !(await isFree(wanted)))
      throw new Error(
        `somebody else listens on port ${wanted}; choose another with ${name}, or ${name} 0 for a free one`,
      );
}

const welcome = ({ url, adminUrl, accounts, password, adminToken, folder, gateways }) => `
  The cluster is up: ${gateways.join(' and ')} behind nginx.

  ActiveSync   ${url}/Microsoft-Server-ActiveSync
  Accounts     ${accounts.join(', ')}; any other name is an account, too
  Password     ${password}
  Console      ${adminUrl}
  Token        ${adminToken}
  Logs         ${join(folder, 'logs')}

  Try it       npx godwit doctor --send --write --url ${url} \\
                 --user ${accounts[0]} --password ${password}
  End it       scripts/cluster down
`;

async function tearDown(ledger, tell) {
  const { processes } = ledger.read();
  // The other way round: whoever answers phones first, whoever keeps their state last.
  for (const member of processes.toReversed()) tell(await end(member));
  ledger.forget();
}

async function up(options, ledger) {
  const there = ledger.read();
  if (there?.isUp && there.processes.every(isAlive)) {
    say('The cluster is up already.');
    say(welcome(there));
    return 0;
  }
  if (there) {
    say('What is left of a cluster that is not whole any more is ended first.');
    await tearDown(ledger, say);
  }
  requirePrograms();
  await requirePorts(options);
  await buildAll();
  // Only now: what these import was just built.
  const { layOut, requireFolder, ACCOUNTS, HOST } = await import('./layout.mjs');
  const { startMembers } = await import('./members.mjs');
  const { fillAccounts } = await import('./accounts.mjs');
  requireFolder(options.folder);
  const layout = await layOut(options);
  const { ports, password, adminToken, folder, mail } = layout;
  const local = (port) => `http://${HOST}:${port}`;
  const state = {
    isUp: false,
    folder,
    mail,
    url: local(ports.web),
    adminUrl: local(ports.admin),
    gateways: [local(ports.gateway1), local(ports.gateway2)],
    actors: [local(ports.actors1), local(ports.actors2)],
    imapPort: ports.imap,
    lmtpPort: ports.lmtp,
    accounts: ACCOUNTS,
    password,
    adminToken,
    processes: [],
  };
  const started = (member) => {
    state.processes.push(member);
    ledger.write(state);
    say(`started ${member.name} (${member.pid})`);
  };
  ledger.write(state);
  const undo = async () => {
    await tearDown(ledger, (text) => process.stderr.write(`${text}\n`));
    process.exit(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, undo);
  try {
    await startMembers(layout, started);
    await fillAccounts(layout);
  } catch (error) {
    process.stderr.write(`scripts/cluster: ${error.message}\nWhat was started is ended again.\n`);
    return undo();
  }
  state.isUp = true;
  ledger.write(state);
  say(welcome(state));
  return 0;
}

async function down({ folder, forget }, ledger) {
  const there = ledger.read();
  if (there) await tearDown(ledger, say);
  else say('No cluster is up.');
  if (forget) {
    if (there) rmSync(there.mail, { recursive: true, force: true });
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
    say(`${folder} was removed.`);
  }
  return 0;
}

function status({ json }, ledger) {
  const there = ledger.read();
  const processes = there?.processes.map((member) => ({ ...member, runs: isAlive(member) })) ?? [];
  const isWhole = there?.isUp === true && processes.every(({ runs }) => runs);
  if (json) say(JSON.stringify({ ...there, isUp: isWhole, processes }));
  else if (!there) say('No cluster is up.');
  else {
    for (const { name, pid, runs } of processes) say(`${runs ? 'runs ' : 'ended'}  ${name} (${pid})`);
    say(welcome(there));
  }
  return isWhole ? 0 : 1;
}

function read(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      state: { type: 'string', default: join(root, 'var/cluster') },
      port: { type: 'string', default: '8080' },
      'admin-port': { type: 'string', default: '8081' },
      forget: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const portOf = (name) => {
    const port = Number(values[name]);
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw new Error(`--${name}: ${values[name]} is no port`);
    return port;
  };
  const [command, ...more] = positionals;
  return {
    command: values.help || more.length > 0 ? undefined : command,
    options: {
      folder: resolve(values.state),
      port: portOf('port'),
      adminPort: portOf('admin-port'),
      forget: values.forget,
      json: values.json,
    },
  };
}

const commands = { up, down, status };

try {
  const { command, options } = read(process.argv.slice(2));
  const run = Object.hasOwn(commands, command ?? '') ? commands[command] : null;
  if (!run) {
    process.stderr.write(HELP);
    process.exitCode = process.argv.includes('--help') ? 0 : 2;
  } else {
    process.exitCode = await run(options, new Ledger(join(options.folder, 'state.json')));
  }
} catch (error) {
  process.stderr.write(`scripts/cluster: ${error.message}\n`);
  process.exitCode = 1;
}
