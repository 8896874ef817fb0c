/** What can be known of docker-compose.yml without a Docker daemon: it agrees with the code, and with the servers it names. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { loadConfiguration } from '#ops';
import { buildProgram } from '../apps/cli/program.js';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly read_only?: boolean;
  readonly stop_grace_period?: string;
}

const root = join(__dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const text = read('docker-compose.yml');
const { services } = parse(text, { merge: true }) as { services: Record<string, Service> };
const ours = Object.entries(services).filter(([, { image }]) => image === 'godwit');
const environment = services.gateway1?.environment ?? {};

/** What a container of ours sees: the environment with its variables filled in. */
const filled = Object.fromEntries(
  Object.entries(environment).map(([name, value]) => [
    name,
    value.replace(/\$\{(\w+)[^}]*\}/g, (_all, variable: string) => `${variable}-drawn-at-random`),
  ]),
);

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'godwit-compose-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('has every variable it uses in .env.example, and no secret with a value everybody knows', () => {
  const used = new Set([...text.matchAll(/\$\{(\w+)(:[-?])?/g)].map(([, name = '']) => name));
  const example = new Map(
    read('.env.example')
      .split('\n')
      .filter((line) => /^[A-Z]/.test(line))
      .map((line) => line.split('=') as [string, string]),
  );
  expect([...example.keys()].sort()).toEqual([...used].sort());
  const secrets = [...example].filter(([name]) => /PASSWORD|SECRET|TOKEN/.test(name));
  expect(secrets.length).toBeGreaterThan(3);
  for (const [name, value] of secrets) {
    expect(value).toBe('');
    // Without it nothing starts.
    expect(text).not.toMatch(new RegExp(`\\$\\{${name}(\\}|:-)`));
  }
});

it('draws the secrets once, and never anew', () => {
  const copy = join(folder, 'deploy', 'compose');
  execFileSync('mkdir', ['-p', copy]);
  for (const path of ['.env.example', 'deploy/compose/fill-env.sh'])
    writeFileSync(join(folder, path), read(path));
  const fill = (): string => {
    execFileSync('sh', [join(copy, 'fill-env.sh')]);
    return readFileSync(join(folder, '.env'), 'utf8');
  };
  const first = fill();
  expect(first).toMatch(/^GODWIT_SECRET=[0-9a-f]{48}$/m);
  expect(first).not.toMatch(/=$/m);
  expect(first).toContain('GODWIT_PORT=8080\n');
  expect(fill()).toBe(first);
});

it('runs commands that exist, on the configuration that is mounted', () => {
  const commands = buildProgram('').commands.map((command) => command.name());
  expect(ours.map(([, { command }]) => command?.[0]).sort()).toEqual(
    ['actors', 'admin', 'gateway', 'gateway', 'migrate'].sort(),
  );
  for (const [, { command }] of ours) expect(commands).toContain(command?.[0]);
  const { configuration, warnings } = loadConfiguration({
    path: join(root, 'deploy/compose/godwit.yaml'),
    env: { ...filled, GODWIT_CONFIG: undefined },
  });
  expect(warnings).toEqual([]);
  expect(services.admin?.ports?.[0]).toMatch(new RegExp(`:${configuration.admin.port}$`));
  expect(read('deploy/compose/nginx.conf')).toContain(`server gateway1:${configuration.listen.port};`);
  // Whoever is behind the proxy must be believed: the networks Docker gives are private ones.
  expect(configuration.listen.trustedProxies).toContain('172.16.0.0/12');
  const grace = Number.parseInt(services.gateway1?.stop_grace_period ?? '', 10);
  expect(grace).toBeGreaterThan(configuration.limits.drainSeconds);
});

it('names hosts and files that are there', () => {
  const { configuration } = loadConfiguration({
    path: join(root, 'deploy/compose/godwit.yaml'),
    env: { ...filled, GODWIT_CONFIG: undefined },
  });
  const tenant = configuration.tenants[0];
  const hosts = [
    new URL(configuration.actors).hostname,
    new URL(configuration.database).hostname,
    tenant?.mail.kind === 'imap' ? tenant.mail.host : '',
    tenant?.submission?.kind === 'smtp' ? tenant.submission.host : '',
  ];
  expect(hosts).toEqual(['redis', 'postgres', 'dovecot', 'mailpit']);
  for (const host of hosts) expect(services).toHaveProperty(host);
  const mounted = Object.values(services).flatMap(({ volumes = [] }) => volumes);
  const files = mounted
    .filter((volume) => volume.startsWith('./'))
    .map((volume) => volume.split(':')[0] ?? '');
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

it('is reachable from this computer only, and examines every service that stays', () => {
  const ports = Object.values(services).flatMap((service) => service.ports ?? []);
  expect(ports).toHaveLength(3);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  for (const [name, { healthcheck }] of Object.entries(services))
    expect([name, healthcheck?.disable ?? (healthcheck?.test?.length ?? 0) > 0]).toEqual([name, true]);
  for (const [, service] of ours) expect(service.read_only).toBe(true);
});

it('tells Redis to refuse rather than to forget', () => {
  const command = services.redis?.command?.join(' ');
  expect(command).toContain('--maxmemory-policy noeviction');
  expect(command).toContain('--appendonly yes');
});
