import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../commands/registry.js';
import type { Child, Element } from '../schema/schema.js';
import { renderSupport } from './support.js';

const sections = new Set(
  readFileSync(join(__dirname, '../reference/sections.tsv'), 'utf8')
    .split('\n')
    .map((line) => line.split('\t').slice(0, 2).join(' ')),
);
const titles = new Map(
  readFileSync(join(__dirname, '../reference/sections.tsv'), 'utf8')
    .split('\n')
    .map((line) => line.split('\t'))
    .map(([document, section, title]) => [`${document} ${section}`, title ?? '']),
);

function elements(element: Element): Element[] {
  const inner = (child: Child): Element[] =>
    child.occurs === 'group' ? child.children.flatMap(inner) : elements(child.element);
  if (element.kind === 'sequence') return [element, ...element.alternatives.flatMap(elements)];
  return element.kind === 'container' ? [element, ...element.children.flatMap(inner)] : [element];
}

const all = Object.values(commands).flatMap(({ request, response }) => [
  ...elements(request),
  ...elements(response),
]);

describe('the declarations', () => {
  it('point to sections that exist', () => {
    expect(
      all.filter(({ spec }) => !sections.has(spec)).map(({ tag, spec }) => `${tag.qualifiedName}: ${spec}`),
    ).toEqual([]);
  });

  it('point to the section of their own name', () => {
    // The containers whose section is that of the command, and names the documents spell differently.
    const misspelt: Readonly<Record<string, string>> = { 'MS-ASTASK 2.2.2.20': 'Recurrence' };
    const wrong = all.filter(
      ({ tag, spec }) =>
        !(misspelt[spec] ?? titles.get(spec))?.toLowerCase().includes(tag.name.toLowerCase()),
    );
    expect([
      ...new Set(wrong.map(({ tag, spec }) => `${tag.qualifiedName}: ${spec} ${titles.get(spec)}`)),
    ]).toEqual([]);
  });

  it('are listed in support.md, with versions and sections', () => {
    const text = renderSupport();
    expect(text).toContain('| [Sync](#sync) | 0 | all |');
    expect(text).toContain('| [Find](#find) | 23 | 16.1 |');
    expect(text).toContain('| GetAttachment | 4 | no document, up to 12.1 |');
    expect(text).toContain(
      '| AirSync:HeartbeatInterval? | integer | 14.0 and later | MS-ASCMD 2.2.3.88.2 |'.slice(2),
    );
    expect(text).toMatch(/Email:Subject\? \| text \(private\) \| all \| MS-ASEMAIL 2\.2\.2\.75\.1/);
    expect(text).toMatch(/Email:Location\? \| text \(private\) \| up to 14\.1 \|/);
    expect(text).not.toContain('undefined');
  });
});
