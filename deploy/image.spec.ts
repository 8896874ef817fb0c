/** What can be known of the image without building it: a mistake here is otherwise met by whoever builds it first. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfiguration } from '#ops';
import { buildProgram } from '../apps/cli/program.js';

const root = join(__dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** The instructions of a Dockerfile, lines that go on joined. */
const instructionsOf = (text: string): Instruction[] =>
  text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', value = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
      return { name, value };
    });

const all = instructionsOf(read('deploy/Dockerfile'));
const final = all.slice(all.findLastIndex(({ name }) => name === 'FROM'));
const valuesOf = (instructions: readonly Instruction[], wanted: string): string[] =>
  instructions.filter(({ name }) => name === wanted).map(({ value }) => value);
const listIn = (value: string): string[] => JSON.parse(value.slice(value.indexOf('['))) as string[];
const commands = buildProgram('').commands.map((command) => command.name());

const ignored = read('.dockerignore')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const isIgnored = (path: string): boolean =>
  ignored.some((pattern) => path === pattern || path.startsWith(`${pattern}/`));

it('is built in one stage and runs in another, both of the base one names', () => {
  expect(valuesOf(all, 'FROM')).toEqual(['${NODE_IMAGE} AS build', '${NODE_IMAGE}']);
  expect(valuesOf(all, 'ARG')[0]).toBe('NODE_IMAGE=node:24-bookworm-slim');
});

it('copies only what is there, and is not kept out of the context', () => {
  const copied = valuesOf(all, 'COPY')
    .filter((value) => !value.startsWith('--from'))
    .flatMap((value) => value.split(/\s+/).slice(0, -1))
    .filter((path) => path !== '.');
  expect(copied).toContain('package.json');
  expect(copied.filter((path) => !existsSync(join(root, path)) || isIgnored(path))).toEqual([]);
});

it('leaves in the context what the build reads, and keeps secrets and tests out of it', () => {
  const needed = ['apps', 'libs', 'scripts', 'prisma', 'bin', 'tsconfig.json', 'prisma.config.ts'];
  expect(needed.filter((path) => isIgnored(path) || !existsSync(join(root, path)))).toEqual([]);
  const kept = ['.env', 'secrets', 'godwit.yaml', '.git', 'node_modules', 'var', 'tests'];
  expect(kept.filter((path) => !isIgnored(path))).toEqual([]);
});

it('runs as nobody in particular, by number, with a process 1 that hands signals on', () => {
  const [user = ''] = valuesOf(final, 'USER');
  expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  // Nothing is installed or made after that as root.
  expect(final.findIndex(({ name }) => name === 'USER')).toBeGreaterThan(
    final.findLastIndex(({ name }) => name === 'RUN'),
  );
  const [entry = ''] = valuesOf(final, 'ENTRYPOINT');
  expect(listIn(entry)).toEqual(['tini', '--', 'node', 'bin/godwit.mjs']);
});

it('starts and examines itself with commands that exist', () => {
  const [start = ''] = valuesOf(final, 'CMD');
  const [health = ''] = valuesOf(final, 'HEALTHCHECK');
  expect(commands).toContain(listIn(start)[0]);
  expect(listIn(health).slice(0, 2)).toEqual(['node', 'bin/godwit.mjs']);
  expect(commands).toContain(listIn(health)[2]);
});

it('tells the ports that the roles listen on unless configured', () => {
  const { listen, admin } = loadConfiguration({ env: {} }).configuration;
  expect(valuesOf(final, 'EXPOSE')).toEqual([`${listen.port} ${admin.port}`]);
});
