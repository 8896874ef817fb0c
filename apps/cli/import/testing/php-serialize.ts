/** Writes values as PHP's serialize() does, for tests of what reads them. */

interface Written {
  readonly written: Buffer;
}
type Value = null | boolean | number | string | readonly Value[] | ReadonlyMap<string, Value> | Written;

const isWritten = (value: Value): value is Written =>
  typeof value === 'object' && value !== null && 'written' in value;
const counted = (text: string): Buffer => Buffer.from(`${Buffer.byteLength(text)}:"${text}"`);

function members(entries: readonly (readonly [string | number, Value])[]): Buffer {
  const parts = entries.map(([key, value]) => Buffer.concat([php(key), php(value)]));
  return Buffer.concat([Buffer.from(`${entries.length}:{`), ...parts, Buffer.from('}')]);
}

/** A value serialized. */
export function php(value: Value): Buffer {
  if (value === null) return Buffer.from('N;');
  if (typeof value === 'boolean') return Buffer.from(`b:${value ? 1 : 0};`);
  if (typeof value === 'number') return Buffer.from(Number.isInteger(value) ? `i:${value};` : `d:${value};`);
  if (typeof value === 'string') return Buffer.concat([Buffer.from('s:'), counted(value), Buffer.from(';')]);
  if (isWritten(value)) return value.written;
  const entries =
    value instanceof Map ? [...(value as Map<string, Value>)] : [...(value as Value[]).entries()];
  return Buffer.concat([Buffer.from('a:'), members(entries)]);
}

/** An object with these properties. */
export const object = (className: string, properties: Readonly<Record<string, Value>>): Written => ({
  written: Buffer.concat([
    Buffer.from('O:'),
    counted(className),
    Buffer.from(':'),
    members(Object.entries(properties)),
  ]),
});

/** An object that serializes itself. */
export const custom = (className: string, inner: Buffer): Written => ({
  written: Buffer.concat([
    Buffer.from('C:'),
    counted(className),
    Buffer.from(`:${inner.length}:{`),
    inner,
    Buffer.from('}'),
  ]),
});

/** A StateObject as Z-Push of today's PHP writes it (`isNew`), or of older ones. */
export const stateObject = (
  className: string,
  data: Readonly<Record<string, Value>>,
  isNew = false,
): Written => {
  const pair: Value[] = ['0123456789ab', new Map(Object.entries(data))];
  return isNew ? object(className, { 0: pair[0]!, 1: pair[1]! }) : custom(className, php(pair));
};
