import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainConfiguration } from './explain.js';

const folder = mkdtempSync(join(tmpdir(), 'godwit-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'godwit.yaml');
  writeFileSync(path, text);
  return path;
}

const explain = (text: string, wanted?: string, env: Record<string, string> = {}) =>
  explainConfiguration({ path: file(text), env, wanted });
const one = (text: string, wanted: string, env: Record<string, string> = {}) => {
  const { keys } = explain(text, wanted, env);
  expect(keys).toHaveLength(1);
  return keys[0]!;
};

const imap = `tenants: [{ domains: ['*'], mail: { kind: imap, host: mail.example.org } }]`;

it('tells where a value comes from: nobody, the file, or which variable', () => {
  const text = `listen: { port: 9000 }\n${imap}`;
  expect(one(text, 'listen.host')).toMatchObject({ value: '0.0.0.0', source: 'default' });
  expect(one(text, 'listen.port')).toMatchObject({
    value: 9000,
    default: 8080,
    expects: 'a whole number from 0 to 65535',
    source: join(folder, 'godwit.yaml'),
    variable: 'GODWIT_LISTEN_PORT',
  });
  expect(one(text, 'listen.port', { GODWIT_LISTEN_PORT: '9001' })).toMatchObject({
    value: 9001,
    source: 'GODWIT_LISTEN_PORT',
  });
  expect(one(text, 'listen.port', { GODWIT_LISTEN: '{ port: 9002 }' })).toMatchObject({
    value: 9002,
    source: 'GODWIT_LISTEN',
  });
});

it('never shows a secret, wherever it comes from', () => {
  const env = {
    GODWIT_SECRET: 'hunter2hunter2hunter2',
    GODWIT_TENANTS: "[{ domains: ['*'], mail: { kind: memory, passwords: { ann: hunter2 } } }]",
  };
  const text = `admin: { token: hunter2hunter2hunter2 }\ndatabase: postgres://godwit:hunter2@db/godwit\n`;
  const explanation = explain(text, undefined, env);
  expect(explanation.problems).toEqual([]);
  expect(JSON.stringify(explanation)).not.toContain('hunter2');
  expect(one(text, 'secret', env)).toMatchObject({ secret: true, isSet: true, source: 'GODWIT_SECRET' });
  expect(one(text, 'tenants[0].mail.passwords', env)).toMatchObject({
    isSet: true,
    source: 'GODWIT_TENANTS',
  });
  expect(one(imap, 'secret')).toMatchObject({ secret: true, isSet: false });
  expect(one(imap, 'database')).toMatchObject({ value: 'embedded', source: 'default' });
});

it('shows no secret of a configuration with mistakes either', () => {
  const explanation = explain(
    `secret: hunter2\nadmin: { port: many, token: hunter2hunter2hunter2 }\n${imap}`,
  );
  expect(explanation.problems).toHaveLength(2);
  expect(JSON.stringify(explanation)).not.toContain('hunter2');
});

it('lists the keys of the kind a source is, and of a source that is not there all it could be', () => {
  const there = explain(imap, 'tenants[0].mail').keys.map(({ path }) => path);
  expect(there).toContain('tenants[0].mail.host');
  expect(there).not.toContain('tenants[0].mail.passwords');
  expect(explain('{}', 'tenants.mail.passwords').keys).toMatchObject([
    { path: 'tenants[n].mail.passwords', isSet: false, secret: true },
  ]);
  expect(explain(imap, 'tenants.mail.host').keys).toMatchObject([{ path: 'tenants[0].mail.host' }]);
});

it('finds a key by its variable, and nothing by a word that is no key', () => {
  expect(one(imap, 'GODWIT_ADMIN_PORT')).toMatchObject({ path: 'admin.port' });
  expect(explain(imap, 'nothing').keys).toEqual([]);
});

it('explains every key', () => {
  for (const { path, meaning } of explain(imap).keys)
    if (!path.endsWith('.kind')) expect([path, meaning]).toEqual([path, expect.stringMatching(/\.$/)]);
});
