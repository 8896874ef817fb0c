import { z } from 'zod';

/** What a reader of the configuration page learns of a key beside its type and default. */
export interface KeyNote {
  /** One or two sentences for the operator. */
  readonly prose: string;
  /** The value is never printed, and may be given as `file:/path`. */
  readonly secret?: boolean;
  /** What is expected, in words; derived from the schema where absent. */
  readonly expects?: string;
}

/** Notes of all declared keys, found by their schema. */
export const notes = z.registry<KeyNote>();

/** Declares one key: its schema (type and default) and what the operator is told of it. */
export function key<S extends z.ZodType>(schema: S, prose: string, more: Omit<KeyNote, 'prose'> = {}): S {
  notes.add(schema, { prose, ...more });
  return schema;
}

/** Declares a section all of whose keys have defaults, so that the section itself may be left out. */
export function section<S extends z.ZodRawShape>(prose: string, shape: S) {
  const object = z.strictObject(shape);
  // An empty section is a valid one only because every key has a default, which the types cannot tell.
  return key(object.prefault({} as never), prose);
}

/** The schema without its default or optionality. */
export function bare(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema;
  while (
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault ||
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodNullable
  ) {
    inner = inner.unwrap();
  }
  return inner;
}

/** The note of a key, looked up through defaults and optionality. */
export function noteOf(schema: z.core.$ZodType): KeyNote | undefined {
  return notes.get(schema) ?? notes.get(bare(schema));
}

/** Printable default of a key; undefined where there is none. */
export function defaultOf(schema: z.core.$ZodType): unknown {
  return schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
}

function describeNumber(schema: z.ZodNumber): string {
  const what = schema.isInt ? 'a whole number' : 'a number';
  const { minValue, maxValue } = schema;
  const from = minValue !== null && Number.isFinite(minValue) && minValue > Number.MIN_SAFE_INTEGER;
  const to = maxValue !== null && Number.isFinite(maxValue) && maxValue < Number.MAX_SAFE_INTEGER;
  if (from && to) return `${what} from ${minValue} to ${maxValue}`;
  if (from) return `${what}, ${minValue} or more`;
  return to ? `${what}, at most ${maxValue}` : what;
}

/** What a key expects, in words for an error message and for the reference page. */
export function describe(schema: z.core.$ZodType): string {
  const said = noteOf(schema)?.expects;
  if (said !== undefined) return said;
  const type = bare(schema);
  if (type instanceof z.ZodNumber) return describeNumber(type);
  if (type instanceof z.ZodBoolean) return 'true or false';
  if (type instanceof z.ZodEnum) return type.options.map((option) => `\`${option}\``).join(' or ');
  if (type instanceof z.ZodLiteral)
    return [...type.values].map((value) => `\`${String(value)}\``).join(' or ');
  if (type instanceof z.ZodArray) return `a list of ${describe(type.element)}`;
  if (type instanceof z.ZodRecord) return `a map of names to ${describe(type.valueType)}`;
  if (type instanceof z.ZodObject) return 'a section of keys';
  if (type instanceof z.ZodDiscriminatedUnion) return 'a section of keys with a `kind`';
  return 'text';
}
