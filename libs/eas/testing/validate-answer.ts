import { contentModel, type ContentModel } from './content-models.js';
import { mismatch } from './particle.js';
import { isValueOf } from './simple-type.js';
import type { Violation } from './violation.js';
import { deviations } from './wire-deviations.js';
import { wireTree, type WireElement } from './wire-tree.js';

/**
 * Everything in an answer that breaks the specification's schemas and is no known deviation. Empty is good. Throws when the
 * bytes are no WBXML.
 */
export const violationsOf = (document: Uint8Array): Violation[] =>
  violationsIn(wireTree(document)).filter(
    (violation) => !deviations.some((known) => excuses(known, violation)),
  );

const excuses = ({ kind, model, element }: (typeof deviations)[number], violation: Violation): boolean =>
  kind === violation.kind && model === violation.model && element === violation.element;

/** The same of a tree, without regard to known deviations. */
export function violationsIn(root: WireElement): Violation[] {
  const found: Violation[] = [];
  visit(root, root.name, localName(root.name), found);
  return found;
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

function visit(element: WireElement, key: string, path: string, found: Violation[]): void {
  const model = contentModel(key);
  const tell = (kind: Violation['kind'], about: string, message: string): void =>
    void found.push({ kind, path, model: key, element: about, message: `${path}: ${message}` });
  if (!model) return tell('unknown', element.name, `nothing is known of ${element.name}`);
  if (model.kind === 'any') return;
  if (model.kind === 'value') return visitValue(element, model, tell);
  checkChildren(element, model, tell);
  if (element.text.trim() !== '') tell('value', element.name, 'there is text between the elements');
  for (const [child, childPath] of numbered(element, path)) {
    const childKey = model.children.get(child.name);
    if (childKey !== undefined) visit(child, childKey, childPath, found);
  }
}

type Tell = (kind: Violation['kind'], about: string, message: string) => void;

function visitValue(element: WireElement, { type }: ContentModel & { kind: 'value' }, tell: Tell): void {
  for (const { name } of element.children) tell('unknown', name, `${name} in a value`);
  // Opaque bytes are what MS-ASDTYPE 2.7.1 makes of a string.
  if (element.isOpaque && type.some(({ base }) => base === 'string')) return;
  if (!isValueOf(type, element.text))
    tell('value', element.name, `${JSON.stringify(element.text.slice(0, 60))} is no ${describe(type)}`);
}

const describe = (type: (ContentModel & { kind: 'value' })['type']): string =>
  type.map(({ base, facets }) => [base, ...facets.map((facet) => facet.join('='))].join(' ')).join(' or ');

function checkChildren(
  { children }: WireElement,
  { particle, children: known }: ContentModel & { kind: 'elements' },
  tell: Tell,
): void {
  const names = children.map(({ name }) => name);
  for (const name of new Set(names))
    if (!known.has(name)) tell('unknown', name, `${name} may not stand here`);
  const row = names.filter((name) => known.has(name));
  const fault = mismatch(particle, row);
  if (!fault) return;
  const { at, expected } = fault;
  const wanted = [...expected].slice(0, 5).join(' or ');
  const [name = ''] = row.slice(at);
  const missing = [...expected].find((candidate) => !row.includes(candidate));
  if (name !== '' && row.slice(0, at).includes(name)) tell('too many', name, `too much of ${name}`);
  else if (name === '' || (missing !== undefined && ![...expected].some((other) => row.includes(other, at))))
    tell('missing', missing ?? '', `${wanted} is missing${name === '' ? '' : ` before ${name}`}`);
  else tell('misplaced', name, `${name} is out of place; ${wanted || 'nothing more'} may stand there`);
}

/** The children with their paths; those of a name that comes more than once are numbered. */
function numbered({ children }: WireElement, path: string): [WireElement, string][] {
  const counts = new Map<string, number>();
  for (const { name } of children) counts.set(name, (counts.get(name) ?? 0) + 1);
  const seen = new Map<string, number>();
  return children.map((child) => {
    const index = seen.get(child.name) ?? 0;
    seen.set(child.name, index + 1);
    const step = `${path}/${localName(child.name)}`;
    return [child, (counts.get(child.name) ?? 0) > 1 ? `${step}[${index}]` : step];
  });
}
