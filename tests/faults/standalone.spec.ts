/** Everything in one process: what dies with it, and what it starts again. */
import { signalAll } from '../servers/processes.js';
import { faultTime } from './stage/chance.js';
import { installed } from './stage/installed.js';

const stage = installed('standalone');

it('is killed, and started again', () => {
  const { process } = stage.site.hosts[0]!;
  return stage.play({
    name: 'kill -9 of the process',
    begin: () => process.kill(),
    end: () => process.start(),
  });
});

it('its PostgreSQL is killed: it starts another', () => {
  const { process } = stage.site.hosts[0]!;
  return stage.play({
    name: 'kill -9 of its PostgreSQL',
    begin: () => signalAll(process.pids().slice(1), 'SIGKILL'),
  });
});

it('freezes, and thaws', () => {
  const { process } = stage.site.hosts[0]!;
  return stage.play({
    name: 'SIGSTOP of the process',
    begin: () => process.signal('SIGSTOP'),
    lasts: faultTime,
    end: () => process.signal('SIGCONT'),
  });
});

it('is told to stop, and started again', () => {
  const { process } = stage.site.hosts[0]!;
  return stage.play({
    name: 'restart of the process',
    begin: async () => {
      expect(await process.stop()).toBe(0);
    },
    end: () => process.start(),
  });
});
