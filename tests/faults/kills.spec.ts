/** kill -9 of each kind of process while phones live on: what is left goes on, and what comes back does no harm. */
import { signalAll } from '../servers/processes.js';
import { installed } from './stage/installed.js';
import type { Member } from './stage/site.js';

const OUTAGE = 2_000;

const stage = installed('cluster');

/** The others do its work until it is back. */
const killed = (member: () => Member) => ({
  isSurvived: true,
  begin: () => member().process.kill(),
  repair: () => member().process.start(),
});

it('a gateway', () => stage.play({ name: 'kill -9 of a gateway', ...killed(() => stage.site.gateways[0]!) }));

it('an actor host', () =>
  stage.play({ name: 'kill -9 of an actor host', ...killed(() => stage.site.hosts[0]!) }));

it('the administrators’ process: nobody notices', () =>
  stage.play({ name: 'kill -9 of the admin process', ...killed(() => stage.site.admin) }));

it('Redis, with all it knew', () =>
  stage.play({
    name: 'kill -9 of Redis, empty when it is back',
    begin: () => stage.site.stopRedis(),
    lasts: OUTAGE,
    end: () => stage.site.startRedis(),
  }));

it('PostgreSQL', () =>
  stage.play({
    name: 'kill -9 of PostgreSQL',
    begin: () => signalAll(stage.site.postgres.pids(), 'SIGKILL'),
  }));

it('the mail server', () =>
  stage.play({
    name: 'kill -9 of Dovecot',
    begin: () => stage.site.dovecot.kill(),
    lasts: OUTAGE,
    end: () => stage.site.dovecot.start(),
  }));

it('the submission server', () => {
  const lines = stage.site.gateways.map(({ lines: { smtp } }) => smtp);
  return stage.play({
    name: 'the SMTP server dies',
    begin: () => lines.forEach((line) => line.refuse()),
    lasts: OUTAGE,
    end: () => lines.forEach((line) => line.pass()),
  });
});
