/**
 * SIGSTOP of each kind of process for longer than a lease, and SIGCONT: who sleeps so long is taken for dead, and does no
 * harm when it wakes up in the middle of what it was about.
 */
import { signalAll } from '../servers/processes.js';
import { faultTime } from './stage/chance.js';
import { installed } from './stage/installed.js';
import type { Member } from './stage/site.js';

const stage = installed('cluster');

/** The others do its work until it wakes up. */
const frozen = (member: () => Member) => ({
  isSurvived: true,
  begin: () => member().process.signal('SIGSTOP'),
  lasts: faultTime,
  end: () => member().process.signal('SIGCONT'),
});

/** Nobody can do without it: it is measured from its waking up on. */
const frozenServer = (pids: () => number[]) => ({
  begin: () => signalAll(pids(), 'SIGSTOP'),
  lasts: faultTime,
  end: () => signalAll(pids(), 'SIGCONT'),
});

it('a gateway', () => stage.play({ name: 'SIGSTOP of a gateway', ...frozen(() => stage.site.gateways[0]!) }));

it('an actor host', () =>
  stage.play({ name: 'SIGSTOP of an actor host', ...frozen(() => stage.site.hosts[0]!) }));

it('the administrators’ process: nobody notices', () =>
  stage.play({ name: 'SIGSTOP of the admin process', ...frozen(() => stage.site.admin) }));

it('Redis', () => stage.play({ name: 'SIGSTOP of Redis', ...frozenServer(() => [stage.site.redis.pid]) }));

it('PostgreSQL', () =>
  stage.play({ name: 'SIGSTOP of PostgreSQL', ...frozenServer(() => stage.site.postgres.pids()) }));

it('the mail server', () =>
  stage.play({ name: 'SIGSTOP of Dovecot', ...frozenServer(() => stage.site.dovecot.pids()) }));
