/** What can be known of the Helm chart without Helm: its values, its schema and its templates agree, and with the code. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse, stringify } from 'yaml';
import { loadConfiguration } from '#ops';
import { PROBES } from '../apps/cli/health/probe.js';
import { buildProgram } from '../apps/cli/program.js';
import { metricCatalogue } from '../libs/ops/metrics/catalogue.js';

type Values = Record<string, unknown>;

const chart = join(__dirname, 'helm', 'godwit');
const read = (path: string): string => readFileSync(join(chart, path), 'utf8');
const values = parse(read('values.yaml')) as Values;
const templates = readdirSync(join(chart, 'templates'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(yaml|tpl|txt)$/.test(path))
  .map((path) => ({
    path,
    text: read(join('templates', path)).replace(/\{\{-?\s*\/\*.*?\*\/\s*-?\}\}/gs, ''),
  }));
const everything = templates.map(({ text }) => text).join('\n');
const ci = readdirSync(join(chart, 'ci'));
const ROLES = ['gateway', 'actors', 'admin'] as const;

const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As Helm lays one file of values over another. */
function overlay(below: Values, above: Values): Values {
  const laid = Object.entries(above).map(([name, value]) => {
    const under = below[name];
    return [name, isValues(value) && isValues(under) ? overlay(under, value) : value];
  });
  return { ...below, ...(Object.fromEntries(laid) as Values) };
}

/** The value at a path such as `gateway.service.port`; undefined if there is none. */
const at = (path: string): unknown =>
  path.split('.').reduce<unknown>((here, name) => (isValues(here) ? here[name] : undefined), values);

const pathsOf = (tree: Values, prefix = ''): string[] =>
  Object.entries(tree).flatMap(([name, value]) =>
    isValues(value) && Object.keys(value).length > 0
      ? pathsOf(value, `${prefix}${name}.`)
      : [`${prefix}${name}`],
  );

/** Paths that templates read; `.settings` is the section of a role. */
function referenced(): string[] {
  const direct = [...everything.matchAll(/\.Values\.([\w.]+)/g)].map(([, path = '']) => path);
  const ofRoles = [...everything.matchAll(/\.settings\.([\w.]+)/g)].flatMap(([, path = '']) =>
    ROLES.map((role) => `${role}.${path}`),
  );
  return [...new Set([...direct, ...ofRoles.filter((path) => at(path) !== undefined)])];
}

describe('the values', () => {
  const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
    parse(read('values.schema.json')) as Values,
  );
  const complaints = (candidate: Values): unknown => (validate(candidate) ? null : validate.errors);

  it('fit their own schema, as do those of each feature', () => {
    expect(complaints(values)).toBeNull();
    expect(ci.length).toBeGreaterThan(3);
    for (const file of ci)
      expect([file, complaints(overlay(values, parse(read(`ci/${file}`)) as Values))]).toEqual([file, null]);
  });

  it.each([
    ['a misspelt key', { gateway: { replica: 3 } }],
    ['a text for a number', { gateway: { replicas: 'three' } }],
    ['a secret that can be guessed', { secrets: { secret: 'short' } }],
    ['a secret in what becomes a ConfigMap', { config: { database: 'postgres://u:p@h/d' } }],
    ['nobody to serve', { config: { tenants: [] } }],
  ])('may not have %s', (_what, wrong) => expect(complaints(overlay(values, wrong))).not.toBeNull());

  it('are all used, and nothing else is', () => {
    const used = referenced();
    expect(used.length).toBeGreaterThan(40);
    expect(used.filter((path) => at(path) === undefined)).toEqual([]);
    const isUsed = (path: string): boolean =>
      used.some((one) => path === one || path.startsWith(`${one}.`) || one.startsWith(`${path}.`));
    expect(pathsOf(values).filter((path) => !isUsed(path))).toEqual([]);
  });

  it('name every value with a comment', () => {
    const lines = read('values.yaml').split('\n');
    const known = pathsOf(values).map((path) => path.split('.').at(-1));
    const bare = lines.filter(
      (line, index) =>
        /^\s*[\w.\-/]+:( |$)/.test(line) &&
        /^\s*[\w.\-/]+: \S/.test(line) &&
        known.includes(line.trim().split(':')[0]) &&
        !/^\s*#/.test(lines[index - 1] ?? ''),
    );
    // What is Kubernetes' own, and the parts of an example, need none.
    const explained = /^ {4,}|runAs|fsGroup|Escalation|readOnlyRoot|requests:|limits:/;
    expect(bare.filter((line) => !explained.test(line))).toEqual([]);
  });
});

describe('the templates', () => {
  it.each(templates)('close what they open: $path', ({ text }) => {
    expect(text.split('{{').length).toBe(text.split('}}').length);
    const actions = [...text.matchAll(/\{\{-?\s*(\w+)/g)].map(([, word]) => word);
    const opened = actions.filter((word) => ['if', 'with', 'range', 'define', 'block'].includes(word ?? ''));
    expect(actions.filter((word) => word === 'end')).toHaveLength(opened.length);
  });

  it('include only what is defined', () => {
    const defined = [...everything.matchAll(/define "([\w.]+)"/g)].map(([, name]) => name);
    const included = [...everything.matchAll(/include "([\w.]+)"/g)].map(([, name]) => name);
    expect(included.filter((name) => !defined.includes(name))).toEqual([]);
    expect(defined.filter((name) => !included.includes(name))).toEqual([]);
  });

  it('run roles that are commands', () => {
    const commands = buildProgram('').commands.map((command) => command.name());
    const roles = [...everything.matchAll(/godwit\.deployment" \(dict "root" \. "role" "(\w+)"/g)].map(
      ([, role]) => role,
    );
    expect(roles.sort()).toEqual([...ROLES].sort());
    expect(commands).toEqual(expect.arrayContaining([...roles, 'migrate']));
    expect(everything).toContain('args: [migrate]');
  });

  it('write a configuration that Godwit takes, with the ports its containers name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'godwit-chart-'));
    try {
      const path = join(folder, 'godwit.yaml');
      writeFileSync(path, stringify(values.config));
      const plain = [...everything.matchAll(/- name: (GODWIT_\w+)\n\s*value: "?([^"\n]+)"?/g)];
      const secrets = [...everything.matchAll(/"variable" "(GODWIT_\w+)"/g)].map(([, name = '']) => name);
      const { secrets: given } = parse(read('ci/default-values.yaml')) as { secrets: Record<string, string> };
      const secretEnv = {
        GODWIT_DATABASE: given.database,
        GODWIT_ACTORS: given.actors,
        GODWIT_SECRET: given.secret,
        GODWIT_ADMIN_TOKEN: given.adminToken,
      };
      expect(secrets.sort()).toEqual(Object.keys(secretEnv).sort());
      const env = {
        ...Object.fromEntries(plain.map(([, name = '', value]) => [name, value])),
        ...secretEnv,
      };
      const { configuration, warnings } = loadConfiguration({ path, env });
      expect(warnings).toEqual([]);
      const ports = new Map(
        [...everything.matchAll(/"role" "(\w+)" "settings" \S+ "port" (\d+)/g)].map(([, role, port]) => [
          role,
          Number(port),
        ]),
      );
      expect(Object.fromEntries(ports)).toEqual({
        gateway: configuration.listen.port,
        actors: configuration.admin.port,
        admin: configuration.admin.port,
      });
      // Kubernetes asks from outside of the container.
      expect([configuration.listen.host, configuration.admin.host]).toEqual(['0.0.0.0', '0.0.0.0']);
      expect(configuration.limits.drainDelaySeconds).toBeLessThan(configuration.limits.drainSeconds);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('probe what every process answers', () => {
    const probed = [...everything.matchAll(/path: \/health\/(\w+)/g)].map(([, probe]) => probe);
    expect(probed.sort()).toEqual([...PROBES].sort());
  });

  it('scale by metrics there are', () => {
    const names: readonly string[] = Object.values(metricCatalogue).map(({ name }) => name);
    const scaled = [...everything.matchAll(/"metric" "(\w+)"/g)].map(([, name = '']) => name);
    expect(scaled).toHaveLength(2);
    expect(scaled.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('bring the alerts of deploy/prometheus, and the version that is here', () => {
    const rules = readFileSync(join(__dirname, 'prometheus', 'godwit.rules.yaml'), 'utf8');
    expect(read('files/godwit.rules.yaml')).toBe(rules);
    const { version } = parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(parse(read('Chart.yaml'))).toMatchObject({ name: 'godwit', appVersion: version });
  });
});

it("has an ingress that waits longer than phones, takes more than Godwit, and sends nobody's mail twice", () => {
  const { heartbeat, limits } = loadConfiguration({ env: {} }).configuration;
  const { annotations, paths } = values.ingress as {
    annotations: Record<string, string>;
    paths: { path: string }[];
  };
  const of = (name: string): string => annotations[`nginx.ingress.kubernetes.io/${name}`] ?? '';
  expect(Number(of('proxy-read-timeout'))).toBeGreaterThan(heartbeat.maxSeconds);
  expect(Number(of('proxy-send-timeout'))).toBeGreaterThan(heartbeat.maxSeconds);
  expect(Number.parseInt(of('proxy-body-size'), 10) * 1024 ** 2).toBeGreaterThan(limits.requestBytes);
  expect([of('proxy-buffering'), of('proxy-request-buffering')]).toEqual(['off', 'off']);
  expect(of('proxy-next-upstream')).not.toContain('non_idempotent');
  const pattern = new RegExp(`^${paths[0]?.path}`, 'i');
  for (const path of ['/Microsoft-Server-ActiveSync?Cmd=Ping', '/autodiscover/autodiscover.xml'])
    expect(path.split('?')[0]).toMatch(pattern);
  for (const path of ['/metrics', '/health/ready', '/admin/v1/devices']) expect(path).not.toMatch(pattern);
});
