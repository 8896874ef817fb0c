import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration } from './load.js';

const tenant = (push: string) => `[{ domains: ['*'], mail: { kind: imap, host: h }, push: ${push} }]`;
const pushOf = (env: Record<string, string>) => loadConfiguration({ env }).configuration.tenants[0]?.push;

it('a tenant is watched unless it says how it is told of; what it need not say is what most want', () => {
  const watched = { GODWIT_TENANTS: `[{ domains: ['*'], mail: { kind: imap, host: h } }]` };
  expect(pushOf(watched)).toBeUndefined();
  expect(pushOf({ GODWIT_TENANTS: tenant('{ dovecot: { password: sixteen-characters } }') })).toEqual({
    dovecot: { user: 'dovecot', password: 'sixteen-characters', driver: 'ox', otherFolders: 'recheck' },
    covers: ['Email'],
    recheckSeconds: 900,
  });
});

it('secrets come from files and from the environment, and are never repeated', () => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-push-'));
  writeFileSync(join(folder, 'secret'), 'a secret from a file\n');
  const push = pushOf({
    GODWIT_TENANTS: tenant(`{ secret: 'file:${join(folder, 'secret')}' }`),
    GODWIT_TENANTS_0_PUSH_DOVECOT_PASSWORD: 'from-the-environment',
  });
  rmSync(folder, { recursive: true });
  expect([push?.secret, push?.dovecot?.password]).toEqual(['a secret from a file', 'from-the-environment']);
  const load = () =>
    pushOf({ GODWIT_TENANTS: tenant('{ secret: short-one, dovecot: { password: short-too } }') });
  expect(load).toThrow(/push.secret: must be 16 characters at least/);
  expect(load).not.toThrow(/short-/);
});

it('a tenant that nobody could tell of would never be looked at: that is refused', () => {
  expect(() => pushOf({ GODWIT_TENANTS: tenant('{ recheckSeconds: 60 }') })).toThrow(
    'tenants[0].push: missing secret or dovecot',
  );
});
