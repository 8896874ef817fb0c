import { loadConfiguration } from '#ops';
import { Account } from './account.js';
import { loginsOf } from './logins.js';
import { parseLogin, Tenants } from './tenants.js';

function loginsIn(tenant: string, given: string): readonly string[] {
  const env = { GODWIT_TENANTS: `[{ domains: ['*'], ${tenant} }]` };
  const [first] = new Tenants(loadConfiguration({ env }).configuration.tenants).all;
  const login = parseLogin(given);
  if (!first || !login) throw new Error('unreachable');
  return loginsOf(new Account(first, login, { password: 'x' }, { digest: 'd', proof: 'd' }));
}

it('an account is known by what each of its servers calls it, the mail server first, each name once', () => {
  expect(loginsIn('mail: { kind: imap, host: h }', 'Ada@Example.org')).toEqual(['ada@example.org']);
  expect(
    loginsIn(
      `mail: { kind: imap, host: h, login: '{domain}/{local}' },
       calendar: { kind: caldav, url: 'http://h/', login: 'DAV-{local}' },
       contacts: { kind: carddav, url: 'http://h/' }`,
      'ada@example.org',
    ),
  ).toEqual(['example.org/ada', 'dav-ada', 'ada@example.org']);
});

it('sources without logins know accounts by their own name', () => {
  expect(loginsIn(`mail: { kind: memory, passwords: { ada: x } }, notes: { kind: memory }`, 'ada')).toEqual([
    'ada',
  ]);
});
