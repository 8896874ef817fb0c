import { events } from './catalogue.js';
import { createLog, type LogOptions } from './log.js';
import { renderEvents } from './reference.js';

function capture(options: LogOptions = {}) {
  const lines: string[] = [];
  const log = createLog({ ...options, destination: { write: (line) => void lines.push(line) } });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

describe('log', () => {
  it('writes an event as one JSON object with the level of the catalogue', () => {
    const { log, last } = capture({ format: 'json' });
    log.event('auth.refused', { user: 'ann', address: '10.0.0.7' });
    expect(last()).toMatchObject({ level: 'warn', event: 'auth.refused', user: 'ann', address: '10.0.0.7' });
    expect(last().time).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it('never writes a password, not even one that hangs on an error', () => {
    const { log, lines } = capture({ format: 'json' });
    const error = Object.assign(new Error('refused'), {
      credentials: { password: 'hunter2' },
      token: 'hunter2',
    });
    log.event('bug', { error });
    log.event('http.message', { message: { authorization: 'hunter2', fine: 1 } });
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.join('')).toContain('refused');
  });

  it('holds its level, which can be changed while running', () => {
    const { log, lines } = capture({ level: 'warn' });
    log.event('sync.done', {});
    expect(lines).toHaveLength(0);
    expect(log.writes('sync.done')).toBe(false);
    log.setLevel('debug');
    log.event('sync.done', {});
    expect(lines).toHaveLength(1);
  });

  it('is readable on a terminal, an error with its stack', () => {
    const { log, lines } = capture({ format: 'auto', terminal: true });
    log.event('listen.started', { role: 'gateway', url: 'http://localhost:8080' });
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d info {2}listen\.started role=gateway url=http:\/\/localhost:8080\n$/,
    );
    log.event('bug', { error: new Error('oh no') });
    expect(lines[1]).toContain('error="oh no"\n  Error: oh no\n      at ');
  });
});

describe('catalogue', () => {
  it.each(Object.entries(events))('%s is explained', (name, { meaning, fields }) => {
    expect(name).toMatch(/^[a-z]+(\.[a-z-]+)?$/);
    expect(meaning).toMatch(/\.$/);
    expect(Object.keys(fields)).not.toContain('event');
    expect(renderEvents()).toContain(`## ${name}\n`);
  });
});
