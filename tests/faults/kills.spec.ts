/** kill -9 of each kind of process while phones live on: what is left goes on, and what comes back does no harm. */
import { signalAll } from '../servers/processes.js';
import { Fleet } from './stage/fleet.js';
import { startClusterSite, type Member, type Site } from './stage/site.js';
import { play } from './stage/trial.js';

jest.setTimeout(180_000);

let site: Site;
let fleet: Fleet;

beforeAll(async () => {
  site = await startClusterSite();
  fleet = await Fleet.open(site);
});

afterAll(async () => {
  fleet?.close();
  await site?.stop();
});

const killed = (member: () => Member) => ({
  isSurvived: true,
  begin: () => member().process.kill(),
  repair: () => member().process.start(),
});

it('a gateway', async () => {
  await play(site, fleet, { name: 'kill -9 of a gateway', ...killed(() => site.gateways[0]!) });
});

it('an actor host', async () => {
  await play(site, fleet, { name: 'kill -9 of an actor host', ...killed(() => site.hosts[0]!) });
});

it('the administrators’ process: nobody notices', async () => {
  await play(site, fleet, { name: 'kill -9 of the admin process', ...killed(() => site.admin) });
});

it('Redis, with all it knew', async () => {
  await play(site, fleet, {
    name: 'kill -9 of Redis, empty when it is back',
    begin: () => site.stopRedis(),
    lasts: 2_000,
    end: () => site.startRedis(),
  });
});

it('PostgreSQL', async () => {
  await play(site, fleet, {
    name: 'kill -9 of PostgreSQL',
    begin: () => signalAll(site.postgres.pids(), 'SIGKILL'),
  });
});

it('the mail server', async () => {
  await play(site, fleet, {
    name: 'kill -9 of Dovecot',
    begin: () => site.dovecot.kill(),
    lasts: 2_000,
    end: () => site.dovecot.start(),
  });
});

it('the submission server', async () => {
  const lines = () => site.gateways.map(({ lines: { smtp } }) => smtp);
  await play(site, fleet, {
    name: 'the SMTP server dies',
    begin: () => lines().forEach((line) => line.refuse()),
    lasts: 2_000,
    end: () => lines().forEach((line) => line.pass()),
  });
});
