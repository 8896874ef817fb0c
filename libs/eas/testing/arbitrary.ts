import fc from 'fast-check';
import { tagOf } from '../code-page.js';
import { codePages } from '../pages/index.js';
import type { Datatype } from '../schema/datatype.js';
import type { Child, Element, Encodable, Group, Place, ValueElement } from '../schema/schema.js';
import { inRange } from '../version.js';

const MAX_ITEMS = 3;
/** Years that both date forms can express. */
const FIRST_DATE = new Date('0001-01-01T00:00:00.000Z');
const LAST_DATE = new Date('9999-12-31T23:59:59.000Z');

/** Text as the wire keeps it: no control characters, no lone surrogates. */
const wireText = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'binary', maxLength })
    .map((text) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ''));

/**
 * Random values of a schema as decoding gives them: what comes out of `arbitraryOf(schema, version)` comes back unchanged
 * from `decode(encode(value))` in that version. Blobs are plain byte arrays here.
 */
export const arbitraryOf = <S extends Element>(schema: S, version: number): fc.Arbitrary<Encodable<S>> =>
  valueOf(schema, version) as fc.Arbitrary<Encodable<S>>;

function valueOf(element: Element, version: number): fc.Arbitrary<unknown> {
  switch (element.kind) {
    case 'value':
      return textValue(element);
    case 'stream':
      return wireText(300);
    case 'bytes':
      return fc.uint8Array({ maxLength: 40 });
    case 'blob':
      return fc.uint8Array({ maxLength: 300 });
    case 'flag':
      return fc.constant(true);
    case 'tags':
      return fc.uniqueArray(fc.constantFrom(...knownTags), { maxLength: MAX_ITEMS });
    case 'container':
      return containerValue(element.children, version, element.mixed);
    case 'sequence':
      return sequenceValue(element.alternatives, version, element.omitEmpty);
  }
}

const knownTags = codePages.flatMap((page) =>
  Object.values<{ page: number; token: number }>(page).map(
    ({ page: number, token }) => tagOf(number, token)?.qualifiedName,
  ),
);

function textValue(element: ValueElement): fc.Arbitrary<unknown> {
  const value = presentValue(element);
  return element.datatype.empty === null ? fc.option(value, { nil: null }) : value;
}

const maxDefault = 60;

/** By the datatype's name; a value in its range, never the element without content. */
const present: Readonly<Record<string, (datatype: Datatype) => fc.Arbitrary<unknown>>> = {
  text: ({ range }) => wireText(Math.min(range?.maxLength ?? maxDefault, maxDefault)),
  integer: ({ range: { min = -2147483648, max = 2147483647 } = {} }) => fc.integer({ min, max }),
  enum: ({ range }) => fc.constantFrom(...(range?.values ?? [])),
  word: ({ range }) => fc.constantFrom(...(range?.values ?? [])),
  boolean: () => fc.boolean(),
  double: () => fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  dateTime: () => fc.date({ min: FIRST_DATE, max: LAST_DATE, noInvalidDate: true }),
  compactDateTime: () =>
    fc
      .date({ min: FIRST_DATE, max: LAST_DATE, noInvalidDate: true })
      .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000)),
  // No bytes at all are the element without content.
  base64: ({ empty }) => fc.uint8Array({ minLength: empty === null ? 1 : 0, maxLength: 40 }),
};

function presentValue({ datatype }: ValueElement): fc.Arbitrary<unknown> {
  const make = present[datatype.name];
  if (!make) throw new Error(`no arbitrary for ${datatype.name}`);
  return make(datatype);
}

/** Keys of a group's children that no other group has: those that say which class an item is of. */
function ownKeys(group: Group, children: readonly Child[]): ReadonlySet<string> {
  const others = children.flatMap((child) =>
    child.occurs === 'group' && child !== group ? child.children : [],
  );
  const shared = new Set(others.map((child) => (child.occurs === 'group' ? null : child.element.tag.code)));
  return new Set(
    group.children.flatMap((child) =>
      child.occurs === 'group' || shared.has(child.element.tag.code) ? [] : [child.key],
    ),
  );
}

function groupValue(group: Group, children: readonly Child[], version: number): fc.Arbitrary<unknown> {
  const own = ownKeys(group, children);
  return containerValue(group.children, version).filter((value) =>
    Object.keys(value as object).some((key) => own.has(key)),
  );
}

function containerValue(children: readonly Child[], version: number, mixed = false): fc.Arbitrary<unknown> {
  const requiredKeys: string[] = [];
  const model: Record<string, fc.Arbitrary<unknown>> = {};
  const groups = children.filter((child): child is Group => child.occurs === 'group');
  for (const child of children) {
    if (child.occurs === 'group') continue;
    if (inRange(child.versions, version)) {
      model[child.key] = placeValue(child, version);
      if (child.occurs === 'required') requiredKeys.push(child.key);
    }
  }
  if (mixed) model.text = wireText(40).filter((text) => text.trim() !== '');
  const record = fc.record(model, { requiredKeys, noNullPrototype: true });
  const possible = groups.filter((group) => hasOwnPlace(group, children, version));
  if (possible.length === 0) return record;
  // An item is of one class.
  const item = fc.oneof(
    fc.constant({}),
    ...possible.map((group) => groupValue(group, children, version).map((value) => ({ [group.key]: value }))),
  );
  return fc.tuple(record, item).map(([own, one]) => ({ ...(own as object), ...one }));
}

function hasOwnPlace(group: Group, children: readonly Child[], version: number): boolean {
  const own = ownKeys(group, children);
  return group.children.some(
    (child) => child.occurs !== 'group' && own.has(child.key) && inRange(child.versions, version),
  );
}

const placeValue = (place: Place, version: number): fc.Arbitrary<unknown> =>
  place.occurs === 'repeated'
    ? fc.array(valueOf(place.element, version), { minLength: 1, maxLength: MAX_ITEMS })
    : valueOf(place.element, version);

function sequenceValue(
  alternatives: readonly Element[],
  version: number,
  omitEmpty: boolean,
): fc.Arbitrary<unknown> {
  const known = alternatives.filter(({ versions }) => inRange(versions, version));
  const one = fc.oneof(
    ...known.map((element) => valueOf(element, version).map((value) => ({ [element.tag.name]: value }))),
  );
  return fc.array(one, { minLength: omitEmpty ? 1 : 0, maxLength: MAX_ITEMS });
}
