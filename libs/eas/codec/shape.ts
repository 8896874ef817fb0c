import type { Child, Element, Place } from '../schema/schema.js';
import { inRange } from '../version.js';

/** A schema made ready for decoding in one version. */
export interface Shape {
  readonly element: Element;
  readonly name: string;
  /** Text or bytes inside mean something. */
  readonly hasText: boolean;
  /** What may stand inside, by page and token. */
  readonly fields: ReadonlyMap<number, Field>;
  /** Keys that must be there. */
  readonly required: readonly string[];
}

/** A place for a child. */
export interface Field {
  readonly key: string;
  readonly shape: Shape;
  readonly many: boolean;
  readonly max: number;
  /** Keys of the groups the child belongs to; undefined if it stands in the container itself. */
  readonly groups: readonly string[] | undefined;
  /** See Place.isolated. */
  readonly isolated: boolean;
}

const compiled = new WeakMap<Element, Map<number, Shape>>();
const TEXTUAL: ReadonlySet<Element['kind']> = new Set(['value', 'stream', 'bytes', 'blob']);
const noFields: ReadonlyMap<number, Field> = new Map();

/** The shape of a schema in one version, compiled at its first use. */
export function shapeOf(element: Element, version: number): Shape {
  let versions = compiled.get(element);
  if (!versions) compiled.set(element, (versions = new Map<number, Shape>()));
  let shape = versions.get(version);
  if (!shape) versions.set(version, (shape = compile(element, version)));
  return shape;
}

function compile(element: Element, version: number): Shape {
  const { kind } = element;
  return {
    element,
    name: element.tag.name,
    hasText: kind === 'container' ? element.mixed : TEXTUAL.has(kind),
    fields: fieldsOf(element, version),
    required: kind === 'container' ? requiredOf(element.children, version) : [],
  };
}

function fieldsOf(element: Element, version: number): ReadonlyMap<number, Field> {
  if (element.kind === 'container') return new Map(placesOf(element.children, version));
  if (element.kind !== 'sequence') return noFields;
  return new Map(
    element.alternatives
      .filter(({ versions }) => inRange(versions, version))
      .map((alternative) => {
        const shape = shapeOf(alternative, version);
        return [
          alternative.tag.code,
          { key: shape.name, shape, many: true, max: Infinity, groups: undefined, isolated: false },
        ];
      }),
  );
}

function placesOf(children: readonly Child[], version: number): Map<number, Field> {
  const fields = new Map<number, Field>();
  for (const child of children) {
    if (child.occurs === 'group') {
      for (const [code, field] of placesOf(child.children, version)) join(fields, code, field, child.key);
    } else if (inRange(child.versions, version)) {
      fields.set(child.element.tag.code, fieldOf(child, version));
    }
  }
  return fields;
}

/** One element may belong to several groups (AirSyncBase:Body is in every class): its value then stands in each. */
function join(fields: Map<number, Field>, code: number, field: Field, group: string): void {
  const known = fields.get(code);
  fields.set(code, { ...(known ?? field), groups: [...(known?.groups ?? []), group] });
}

const fieldOf = ({ key, element, occurs, max, isolated }: Place, version: number): Field => ({
  key,
  shape: shapeOf(element, version),
  many: occurs === 'repeated',
  max,
  groups: undefined,
  isolated,
});

const requiredOf = (children: readonly Child[], version: number): string[] =>
  children.flatMap((child) =>
    child.occurs === 'required' && inRange(child.versions, version) ? [child.key] : [],
  );
