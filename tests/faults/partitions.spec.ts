/**
 * Lines that go silent for longer than a lease: nothing arrives, and nobody is told that nothing does. Who is cut off must
 * not do what somebody else does in its place by now.
 */
import { faultTime } from './stage/chance.js';
import { installed } from './stage/installed.js';
import type { Member, Service } from './stage/site.js';

const stage = installed('cluster');

const cutOff = (members: () => readonly Member[], service: Service) => ({
  begin: () => members().forEach(({ lines }) => lines[service].drop()),
  lasts: faultTime,
  end: () => members().forEach(({ lines }) => lines[service].pass()),
});

it('an actor host and Redis', () =>
  stage.play({
    name: 'an actor host is cut off from Redis',
    isSurvived: true,
    ...cutOff(() => stage.site.hosts.slice(0, 1), 'redis'),
  }));

it('a gateway and Redis', () =>
  stage.play({
    name: 'a gateway is cut off from Redis',
    ...cutOff(() => stage.site.gateways.slice(0, 1), 'redis'),
  }));

it('everybody and Redis', () =>
  stage.play({ name: 'everybody is cut off from Redis', ...cutOff(() => stage.site.members, 'redis') }));

it('everybody and PostgreSQL', () =>
  stage.play({
    name: 'everybody is cut off from PostgreSQL',
    ...cutOff(() => stage.site.members, 'postgres'),
  }));

it('everybody and the mail server', () =>
  stage.play({
    name: 'everybody is cut off from the mail server',
    ...cutOff(() => stage.site.members, 'imap'),
  }));

it('everybody and the submission server', () =>
  stage.play({
    name: 'everybody is cut off from the SMTP server',
    ...cutOff(() => stage.site.members, 'smtp'),
  }));
