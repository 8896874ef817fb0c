import { BackendError } from '#backend';
import { askForNotices } from './notices.js';
import type { Untagged } from './nodes.js';
import type { Session } from './session.js';

const ENTRY = '/private/vendor/vendor.dovecot/http-notify';
const token = (value: string) => ({ type: 'STRING', value });

/** A server that keeps this value of the entry, and takes note of what it is told. */
function server(value: string | null, { capability = 'METADATA', failure = null as Error | null } = {}) {
  const commands: string[] = [];
  const session = {
    has: (name: string) => name === capability,
    run: async (command: string, args: string, tap?: (name: string, untagged: Untagged) => boolean) => {
      commands.push(`${command} ${args}`);
      if (failure) throw failure;
      const attributes = [token(''), [token(ENTRY), value === null ? null : token(value)]];
      if (command === 'GETMETADATA') tap?.('METADATA', { command: 'METADATA', attributes });
      return { command: 'OK' };
    },
  } as Partial<Record<keyof Session, unknown>> as Session;
  return { session, commands };
}

it('a mailbox that nobody has asked for is asked for in the name of its user', async () => {
  const { session, commands } = server(null);
  expect(await askForNotices(session, 'ada"@example.org')).toBe(true);
  expect(commands).toEqual([
    `GETMETADATA "" (${ENTRY})`,
    `SETMETADATA "" (${ENTRY} "user=ada\\"@example.org")`,
  ]);
});

it('what another program has asked for stays as it is', async () => {
  const { session, commands } = server('user=3@7');
  expect(await askForNotices(session, 'ada')).toBe(true);
  expect(commands).toHaveLength(1);
});

it('a server without METADATA, one that refuses, and a user whom it could not name are not asked', async () => {
  const without = server(null, { capability: 'IDLE' });
  expect(await askForNotices(without.session, 'ada')).toBe(false);
  const refusing = server(null, { failure: new BackendError('invalid', 'METADATA disabled') });
  expect(await askForNotices(refusing.session, 'ada')).toBe(false);
  const fine = server(null);
  for (const user of ['zoë', 'a\tfolder=x', 'a\r\nLOGOUT', ''])
    expect(await askForNotices(fine.session, user)).toBe(false);
  expect([without.commands, fine.commands]).toEqual([[], []]);
});

it('a server that is down is not one that cannot be asked', async () => {
  const { session } = server(null, { failure: new BackendError('unavailable', 'gone') });
  await expect(askForNotices(session, 'ada')).rejects.toMatchObject({ kind: 'unavailable' });
});
