import type { Tag } from '../code-page.js';
import { intersect, type VersionRange } from '../version.js';
import {
  base64Type,
  booleanType,
  clearable,
  compactDateTimeType,
  dateTimeType,
  doubleType,
  enumType,
  integerType,
  textType,
  wordType,
  type Datatype,
  type ValueRange,
} from './datatype.js';

declare const INPUT: unique symbol;
declare const OUTPUT: unique symbol;

/** Carries the types of a schema's values: what may be encoded, and what decoding gives. Never there at run time. */
interface Typed<In, Out> {
  readonly [INPUT]?: In;
  readonly [OUTPUT]?: Out;
}

interface Declared<Name extends string = string> {
  readonly tag: Tag<Name>;
  /** Section of the specification: `MS-ASCMD 2.2.3.181.4`. */
  readonly spec: string;
  /** Versions in which the element may stand: those of its tag, narrowed by the declaration. */
  readonly versions: VersionRange;
  /** The content is the user's own (text, names, addresses) or a secret: traces show its length only. */
  readonly redact: boolean;
}

/** An element that holds one value as text. */
export interface ValueElement<Name extends string = string, In = unknown, Out = unknown>
  extends Declared<Name>, Typed<In, Out> {
  readonly kind: 'value';
  readonly datatype: Datatype;
}

/** Text that may come in pieces. */
export type TextStream = string | AsyncIterable<string | Uint8Array>;

/** An element of long text: a string or its pieces to encode, a string when decoded. */
export interface StreamElement<Name extends string = string>
  extends Declared<Name>, Typed<TextStream, string> {
  readonly kind: 'stream';
}

/** An element of few opaque bytes. */
export interface BytesElement<Name extends string = string>
  extends Declared<Name>, Typed<Uint8Array, Uint8Array> {
  readonly kind: 'bytes';
}

/** Much binary data. Whoever provides it may be asked for `content` more than once and starts anew each time. */
export interface Blob {
  /** In bytes; exact. */
  readonly length: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** An element of much opaque data, streamed in both directions. */
export interface BlobElement<Name extends string = string>
  extends Declared<Name>, Typed<Blob | Uint8Array, Blob> {
  readonly kind: 'blob';
}

/** An element whose presence is all it says. */
export interface FlagElement<Name extends string = string> extends Declared<Name>, Typed<boolean, true> {
  readonly kind: 'flag';
}

/** An element that lists other elements by their empty tags: `Contacts:Email1Address` (Supported, Schema). */
export interface TagListElement<Name extends string = string>
  extends Declared<Name>, Typed<readonly string[], readonly string[]> {
  readonly kind: 'tags';
}

/** An element with other elements inside, in a fixed order. */
export interface ContainerElement<Name extends string = string, In = unknown, Out = unknown>
  extends Declared<Name>, Typed<In, Out> {
  readonly kind: 'container';
  readonly children: readonly Child[];
  /** Text of its own may stand beside them; it is under the key `text`. */
  readonly mixed: boolean;
}

/** An element with a list of alternatives inside, whose order is the sender's: `[{ Add: ... }, { Change: ... }]`. */
export interface SequenceElement<Name extends string = string, In = unknown, Out = unknown>
  extends Declared<Name>, Typed<In, Out> {
  readonly kind: 'sequence';
  readonly alternatives: readonly Element[];
  /** Leave the element out when the list turns out to be empty: clients dislike `<Commands/>` (quirks 4.4). */
  readonly omitEmpty: boolean;
}

export type Element =
  | ValueElement
  | StreamElement
  | BytesElement
  | BlobElement
  | FlagElement
  | TagListElement
  | ContainerElement
  | SequenceElement;

/** What may be encoded for a schema. Repeated elements and lists may also be given as an AsyncIterable. */
export type Encodable<S> = S extends Typed<infer In, unknown> ? In : never;
/** What decoding gives for a schema. It may be encoded again. */
export type Infer<S> = S extends Typed<unknown, infer Out> ? Out : never;

type NameOf<S> = S extends { readonly tag: Tag<infer Name> } ? Name : never;

export type Occurrence = 'required' | 'optional' | 'repeated';

/** An element's place in a container. */
export interface Place<
  O extends Occurrence = Occurrence,
  Key extends string = string,
  In = unknown,
  Out = unknown,
> extends Typed<In, Out> {
  readonly occurs: O;
  readonly key: Key;
  readonly element: Element;
  readonly versions: VersionRange;
  /** Most times it may come (repeated elements). */
  readonly max: number;
  /**
   * A bad value inside spoils this element alone: it is left out of its container, which is then listed in
   * `Decoded.faults`. So one malformed item gets its Status and the others are taken (trap 6).
   */
  readonly isolated: boolean;
}

/** Elements that stand in the container itself on the wire, and under one key in the value: an item's properties. */
export interface Group<Key extends string = string, In = unknown, Out = unknown> extends Typed<In, Out> {
  readonly occurs: 'group';
  readonly key: Key;
  readonly children: readonly Child[];
}

export type Child = Place | Group;

type Flatten<T> = { readonly [K in keyof T]: T[K] } & {};
type Keyed<C, O> = C extends { readonly occurs: O; readonly key: infer K extends string } ? K : never;
type AtKey<C, K> = C extends { readonly key: K } ? C : never;

type InputOf<Cs extends readonly Child[]> = Flatten<
  { [K in Keyed<Cs[number], 'required'>]: Encodable<AtKey<Cs[number], K>> } & {
    [K in Keyed<Cs[number], 'optional' | 'group'>]?: Encodable<AtKey<Cs[number], K>> | undefined;
  } & {
    [K in Keyed<Cs[number], 'repeated'>]?: Many<Encodable<AtKey<Cs[number], K>>> | undefined;
  }
>;
type OutputOf<Cs extends readonly Child[]> = Flatten<
  { [K in Keyed<Cs[number], 'required'>]: Infer<AtKey<Cs[number], K>> } & {
    [K in Keyed<Cs[number], 'optional' | 'group'>]?: Infer<AtKey<Cs[number], K>> | undefined;
  } & {
    [K in Keyed<Cs[number], 'repeated'>]?: readonly Infer<AtKey<Cs[number], K>>[] | undefined;
  }
>;

/** Several values: known already, or coming one by one. */
export type Many<T> = readonly T[] | AsyncIterable<T>;

/** One of `Many`: `Each<Encodable<typeof Commands>>`. */
export type Each<M> = M extends readonly (infer T)[] ? T : never;

type OneInput<Es> = Es extends Element ? { readonly [K in NameOf<Es>]: Encodable<Es> } : never;
type OneOutput<Es> = Es extends Element ? { readonly [K in NameOf<Es>]: Infer<Es> } : never;

/** Beyond the section: versions narrower than the tag's, redaction. */
export interface Options extends VersionRange {
  readonly redact?: boolean;
}

function declared<Name extends string>(tag: Tag<Name>, spec: string, options: Options): Declared<Name> {
  return { tag, spec, versions: intersect(tag.versions, options), redact: options.redact ?? false };
}

type ValueBuilder<T> = <Name extends string>(
  tag: Tag<Name>,
  spec: string,
  options?: Options,
) => ValueElement<Name, T, T>;

const value =
  <T>(datatype: Datatype<T, T>): ValueBuilder<T> =>
  (tag, spec, options = {}) => ({
    ...declared(tag, spec, options),
    kind: 'value',
    datatype: datatype,
  });

/** Text on one string; `maxLength` in UTF-16 units. */
export const text = <Name extends string>(
  tag: Tag<Name>,
  spec: string,
  options: Options & Pick<ValueRange, 'maxLength'> = {},
): ValueElement<Name, string, string> => value(textType(options))(tag, spec, options);

/** A whole number. Give bounds only where no Status answers a number outside of them. */
export const integer = <Name extends string>(
  tag: Tag<Name>,
  spec: string,
  options: Options & Pick<ValueRange, 'min' | 'max'> = {},
): ValueElement<Name, number, number> => value(integerType(options))(tag, spec, options);

/** One of these whole numbers; any other is a ProtocolError. */
export const enumeration = <Name extends string, const V extends number>(
  tag: Tag<Name>,
  spec: string,
  values: readonly V[],
  options: Options = {},
): ValueElement<Name, V, V> => value(enumType(values))(tag, spec, options);

/** One of these words. */
export const word = <Name extends string, const V extends string>(
  tag: Tag<Name>,
  spec: string,
  values: readonly V[],
  options: Options = {},
): ValueElement<Name, V, V> => value(wordType(values))(tag, spec, options);

/** 0 or 1; `empty` is what `<X/>` means (trap 16). */
export const boolean = <Name extends string>(
  tag: Tag<Name>,
  spec: string,
  options: Options & { readonly empty?: boolean } = {},
): ValueElement<Name, boolean, boolean> => value(booleanType(options.empty))(tag, spec, options);

export const double = value(doubleType);
export const dateTime = value(dateTimeType);
export const compactDateTime = value(compactDateTimeType);
export const base64 = value(base64Type);

/** Those that phones may send without content to take the value away; null is that. */
export const clearableInteger = value(clearable(integerType()));
export const clearableDateTime = value(clearable(dateTimeType));
export const clearableBase64 = value(clearable(base64Type));

export const stream = <Name extends string>(
  tag: Tag<Name>,
  spec: string,
  options: Options = {},
): StreamElement<Name> => ({ ...declared(tag, spec, options), kind: 'stream' });

export const bytes = <Name extends string>(
  tag: Tag<Name>,
  spec: string,
  options: Options = {},
): BytesElement<Name> => ({
  ...declared(tag, spec, options),
  kind: 'bytes',
});

export const blob = <Name extends string>(
  tag: Tag<Name>,
  spec: string,
  options: Options = {},
): BlobElement<Name> => ({
  ...declared(tag, spec, options),
  kind: 'blob',
});

export const flag = <Name extends string>(
  tag: Tag<Name>,
  spec: string,
  options: Options = {},
): FlagElement<Name> => ({
  ...declared(tag, spec, options),
  kind: 'flag',
});

export const tagList = <Name extends string>(
  tag: Tag<Name>,
  spec: string,
  options: Options = {},
): TagListElement<Name> => ({ ...declared(tag, spec, options), kind: 'tags' });

export const container = <Name extends string, const Cs extends readonly Child[]>(
  tag: Tag<Name>,
  spec: string,
  children: Cs,
  options: Options = {},
): ContainerElement<Name, InputOf<Cs>, OutputOf<Cs>> => ({
  ...declared(tag, spec, options),
  kind: 'container',
  children: withUniqueKeys(tag.qualifiedName, children),
  mixed: false,
});

interface OwnText {
  readonly text?: string | undefined;
}

/** A container that may hold text instead of elements, or both: `{ text: 'anna' }`. No element name is in lower case. */
export const mixed = <Name extends string, const Cs extends readonly Child[]>(
  tag: Tag<Name>,
  spec: string,
  children: Cs,
  options: Options = {},
): ContainerElement<Name, InputOf<Cs> & OwnText, OutputOf<Cs> & OwnText> => ({
  ...container(tag, spec, children, options),
  mixed: true,
});

export const sequence = <Name extends string, const Es extends readonly Element[]>(
  tag: Tag<Name>,
  spec: string,
  alternatives: Es,
  options: Options & { readonly omitEmpty?: boolean } = {},
): SequenceElement<Name, Many<OneInput<Es[number]>>, readonly OneOutput<Es[number]>[]> => ({
  ...declared(tag, spec, options),
  kind: 'sequence',
  alternatives,
  omitEmpty: options.omitEmpty ?? false,
});

export const group = <Key extends string, const Cs extends readonly Child[]>(
  key: Key,
  children: Cs,
): Group<Key, InputOf<Cs>, OutputOf<Cs>> => ({
  occurs: 'group',
  key,
  children: withUniqueKeys(key, children),
});

interface PlaceOptions extends VersionRange {
  /** The key in the value, where two elements of one name stand in one container. */
  readonly as?: string;
  readonly max?: number;
  readonly isolated?: boolean;
}

type KeyOf<E, O> = O extends { readonly as: infer Key extends string } ? Key : NameOf<E>;

const place =
  <O extends Occurrence>(occurs: O) =>
  <E extends Element, const Opts extends PlaceOptions = Record<never, never>>(
    element: E,
    options?: Opts,
  ): Place<O, KeyOf<E, Opts>, Encodable<E>, Infer<E>> => ({
    occurs,
    key: (options?.as ?? element.tag.name) as KeyOf<E, Opts>,
    element,
    versions: intersect(element.versions, options ?? {}),
    max: occurs === 'repeated' ? (options?.max ?? Infinity) : 1,
    isolated: options?.isolated ?? false,
  });

export const required = place('required');
export const optional = place('optional');
/** Any number of times, none included; an array in the value. */
export const repeated = place('repeated');

function withUniqueKeys<Cs extends readonly Child[]>(name: string, children: Cs): Cs {
  const keys = children.map(({ key }) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new Error(`${name} has two children of the name ${twice}`);
  return children;
}
