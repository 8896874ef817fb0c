import { z } from 'zod';
import { bare, defaultOf, describe, noteOf } from './declare.js';
import { constantCase } from './environment.js';
import { kindProse, kinds } from './kinds.js';
import { configuration } from './keys.js';

const INTRODUCTION = `# Configuration

<!-- Generated from libs/ops/config by \`npm run docs\`: change the declaration, not this page. -->

Godwit reads one YAML file, named by \`--config\` or \`GODWIT_CONFIG\`. Without a file the defaults below hold and a demo
account is served. Every key can be overridden by the environment variable beside it; lists of sections by index
(\`GODWIT_TENANTS_0_MAIL_HOST\`) or as a whole in YAML (\`GODWIT_TENANTS\`). A secret can be given as \`file:/path\`; a
relative path is looked up beside the configuration file. Mistakes are told all at once, and the process does not start.
`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function printDefault(schema: z.core.$ZodType): string {
  const value = defaultOf(schema);
  if (value !== undefined) return `\`${JSON.stringify(value)}\``;
  return schema instanceof z.ZodOptional ? 'none' : 'required';
}

function row(path: string, schema: z.core.$ZodType): string {
  const note = noteOf(schema);
  const variable = `GODWIT_${path.replaceAll('[n]', '.n').split('.').map(constantCase).join('_')}`;
  const prose = `${note?.prose ?? ''}${note?.secret ? ' Secret.' : ''}`;
  return `| \`${path}\` | ${cell(describe(schema))} | ${cell(printDefault(schema))} | \`${variable}\` | ${cell(prose)} |`;
}

const HEAD = '| key | value | default | variable | meaning |\n| --- | --- | --- | --- | --- |';
const table = (rows: readonly string[]): string => [HEAD, ...rows].join('\n');

function keysOf(object: z.ZodObject, prefix: string): [string, z.core.$ZodType][] {
  return Object.entries(object.shape as Record<string, z.core.$ZodType>).map(([name, schema]) => [
    `${prefix}${name}`,
    schema,
  ]);
}

const isSection = (schema: z.core.$ZodType): boolean => bare(schema) instanceof z.ZodObject;

function renderTenant(tenants: z.core.$ZodType): string {
  const list = bare(tenants);
  const tenant = list instanceof z.ZodArray ? bare(list.element) : null;
  if (!(tenant instanceof z.ZodObject)) return '';
  const parts = [`## tenants\n\n${noteOf(tenants)?.prose ?? ''}\n`];
  const keys = keysOf(tenant, 'tenants[n].');
  parts.push(table(keys.flatMap(([path, schema]) => rows(path, schema))));
  for (const [role, options] of Object.entries(kinds)) {
    for (const option of options) {
      const kind = option.shape.kind.value;
      parts.push(`\n### tenants[n].${role}: ${kind}\n\n${kindProse[kind] ?? ''}\n`);
      const keys = keysOf(option, `tenants[n].${role}.`).filter(([path]) => !path.endsWith('.kind'));
      if (keys.length > 0) parts.push(table(keys.flatMap(([path, schema]) => withSection(path, schema))));
    }
  }
  return parts.join('\n');
}

/** A key; of a section within a section each of its keys. */
function rows(path: string, schema: z.core.$ZodType): string[] {
  const inner = bare(schema);
  if (!(inner instanceof z.ZodObject)) return [row(path, schema)];
  return keysOf(inner, `${path}.`).flatMap(([inside, child]) => rows(inside, child));
}

/** As `rows`, after the section itself: what it is for is told there. */
const withSection = (path: string, schema: z.core.$ZodType): string[] =>
  isSection(schema) ? [row(path, schema), ...rows(path, schema)] : [row(path, schema)];

/** A section, or a list of such; nothing for any other key. */
function renderKeys(name: string, schema: z.core.$ZodType, keys: z.core.$ZodType, prefix: string): string {
  const inner = bare(keys);
  if (!(inner instanceof z.ZodObject)) return '';
  const all = keysOf(inner, prefix).flatMap(([path, child]) => rows(path, child));
  return `\n## ${name}\n\n${noteOf(schema)?.prose ?? ''}\n\n${table(all)}`;
}

/** The reference page of all keys (docs/operate/configuration.md). */
export function renderConfiguration(): string {
  const shape = Object.entries(configuration.shape as Record<string, z.core.$ZodType>);
  const plain = shape.filter(([name, schema]) => !isSection(schema) && name !== 'tenants');
  const parts = [INTRODUCTION, '## At the top\n', table(plain.map(([name, schema]) => row(name, schema)))];
  for (const [name, schema] of shape) {
    const inner = bare(schema);
    if (name === 'tenants') parts.push(`\n${renderTenant(schema)}`);
    else if (inner instanceof z.ZodArray) parts.push(renderKeys(name, schema, inner.element, `${name}[n].`));
    else parts.push(renderKeys(name, schema, inner, `${name}.`));
  }
  return `${parts.filter((part) => part !== '').join('\n')}\n`;
}
