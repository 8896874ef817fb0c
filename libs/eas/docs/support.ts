import { commandCodes, commands, existsIn, isDeclared, type CommandName } from '../commands/registry.js';
import type { Child, Element } from '../schema/schema.js';
import { formatVersion, intersect, versionNumbers, type VersionRange } from '../version.js';

const FIRST = versionNumbers[0];
const LAST = versionNumbers[versionNumbers.length - 1] ?? FIRST;

/** docs/protocol/support.md: every command and element that is declared, with its versions and its section. */
export function renderSupport(): string {
  const names = (Object.keys(commandCodes) as CommandName[]).sort((a, b) => a.localeCompare(b, 'en'));
  return `${[intro, overview(names), ...names.flatMap(details)].join('\n\n')}\n`;
}

const intro = `# Protocol support

Generated from the declarations in libs/eas: do not edit. A line is an element, indented under the element it stands in, in
the order on the wire. \`*\` may come many times, \`?\` may be left out, \`!\` must be there. Content marked \`private\` is
never shown in traces.`;

function overview(names: readonly CommandName[]): string {
  const rows = names.map((name) => {
    const code = commandCodes[name];
    if (!isDeclared(name)) return `| ${name} | ${code} | no document, ${describeVersions(lifetime(name))} |`;
    return `| [${name}](#${name.toLowerCase()}) | ${code} | ${describeVersions(commands[name].versions)} |`;
  });
  return ['| command | code | versions |', '|---|---|---|', ...rows].join('\n');
}

function lifetime(name: CommandName): VersionRange {
  const versions = versionNumbers.filter((version) => existsIn(name, version));
  return { from: Math.min(...versions), to: Math.max(...versions) };
}

function details(name: CommandName): string[] {
  if (!isDeclared(name)) return [];
  const { request, response } = commands[name];
  return [`## ${name}`, table('Request', request), table('Response', response)];
}

function table(title: string, root: Element): string {
  const head = [`### ${title}`, '', '| element | type | versions | section |', '|---|---|---|---|'];
  return [...head, ...rows(root, '', {}, 0)].join('\n');
}

function rows(element: Element, mark: string, within: VersionRange, depth: number): string[] {
  const versions = intersect(element.versions, within);
  const name = `${'&emsp;'.repeat(depth)}${element.tag.qualifiedName}${mark}`;
  const row = `| ${name} | ${describeType(element)} | ${describeVersions(versions)} | ${element.spec} |`;
  return [row, ...childRows(element, versions, depth + 1)];
}

function childRows(element: Element, within: VersionRange, depth: number): string[] {
  if (element.kind === 'sequence')
    return element.alternatives.flatMap((child) => rows(child, '*', within, depth));
  return element.kind === 'container'
    ? element.children.flatMap((child) => placeRows(child, within, depth))
    : [];
}

function placeRows(child: Child, within: VersionRange, depth: number): string[] {
  if (child.occurs === 'group') return child.children.flatMap((inner) => placeRows(inner, within, depth));
  const marks = { required: '!', optional: '?', repeated: '*' };
  return rows(child.element, marks[child.occurs], intersect(within, child.versions), depth);
}

function describeType(element: Element): string {
  const type =
    element.kind === 'value'
      ? element.datatype.name
      : element.kind === 'container' && element.mixed
        ? 'container with text'
        : names[element.kind];
  const { min, max, maxLength, values } =
    (element.kind === 'value' ? element.datatype.range : undefined) ?? {};
  const bounds = [
    ...(values ? [values.join(', ')] : []),
    ...(min !== undefined || max !== undefined ? [`${min ?? ''}..${max ?? ''}`] : []),
    ...(maxLength !== undefined ? [`at most ${maxLength}`] : []),
    ...(element.redact ? ['private'] : []),
  ];
  return bounds.length === 0 ? type : `${type} (${bounds.join('; ')})`;
}

const names = {
  stream: 'text, streamed',
  bytes: 'opaque',
  blob: 'opaque, streamed',
  flag: 'empty',
  tags: 'list of tags',
  container: 'container',
  sequence: 'list',
} as const;

function describeVersions({ from = FIRST, to = LAST }: VersionRange): string {
  const [first, last] = [Math.max(from, FIRST), Math.min(to, LAST)];
  if (first === FIRST && last === LAST) return 'all';
  if (last === LAST) return first === LAST ? formatVersion(LAST) : `${formatVersion(first)} and later`;
  return first === FIRST
    ? `up to ${formatVersion(last)}`
    : `${formatVersion(first)} to ${formatVersion(last)}`;
}
