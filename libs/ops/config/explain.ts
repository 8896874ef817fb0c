import { resolve } from 'node:path';
import { z } from 'zod';
import { bare, defaultOf, describe, noteOf } from './declare.js';
import { constantCase, overlayEnvironment } from './environment.js';
import { configuration } from './keys.js';
import { loadConfiguration, readYaml, type LoadOptions } from './load.js';
import { ConfigurationError } from './problems.js';

/** All that can be said of a key: what it is for, and what it is now. */
export interface ExplainedKey {
  /** `listen.port`; of a list of sections `tenants[0].mail.host`, or `tenants[n].mail.host` of one that is not there. */
  readonly path: string;
  readonly meaning: string;
  readonly expects: string;
  /** Absent where there is none. */
  readonly default?: unknown;
  readonly secret: boolean;
  /** The environment variable that overrides it. */
  readonly variable: string;
  /** Absent where it is not set, and never the value of a secret: that is only told to be set. */
  readonly value?: unknown;
  readonly isSet: boolean;
  /** Where the value comes from: `default`, the file's path, or the name of an environment variable. */
  readonly source: string;
}

export interface Explanation {
  readonly keys: readonly ExplainedKey[];
  /** What is wrong with the configuration; values are as given then, not as understood. */
  readonly problems: readonly string[];
}

type Path = readonly (string | number)[];
type Schema = z.core.$ZodType;

const printPath = (path: Path): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' || part === 'n' ? `${text}[${part}]` : text ? `${text}.${part}` : part,
    '',
  );
const variableOf = (path: Path): string =>
  ['GODWIT', ...path.map((part) => constantCase(String(part)))].join('_');

function at(value: unknown, path: Path): unknown {
  let here = value;
  for (const part of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string | number, unknown>)[part];
  }
  return here;
}

class Explainer {
  constructor(
    /** The file with the environment laid over it. */
    private readonly given: unknown,
    /** What it was understood as; as given where it has mistakes. */
    private readonly understood: unknown,
    private readonly used: ReadonlySet<string>,
    private readonly file: string | null,
  ) {}

  /** Explains a key; of a section each of its keys. `isGeneral` lists what could be there, not what is. */
  keys(schema: Schema, path: Path, isGeneral: boolean, inSecret = false): ExplainedKey[] {
    const type = bare(schema);
    const secret = inSecret || noteOf(schema)?.secret === true;
    if (type instanceof z.ZodObject) return this.section(type, path, isGeneral, secret);
    if (type instanceof z.ZodDiscriminatedUnion) return this.kinds(schema, type, path, isGeneral, secret);
    if (type instanceof z.ZodArray && bare(type.element) instanceof z.ZodObject) {
      const items = at(this.given, path);
      const places = isGeneral ? ['n'] : Array.isArray(items) ? items.map((_, index) => index) : [];
      if (places.length === 0) return [this.key(schema, path, secret)];
      return places.flatMap((place) => this.keys(type.element, [...path, place], isGeneral, secret));
    }
    return [this.key(schema, path, secret)];
  }

  private section(type: z.ZodObject, path: Path, isGeneral: boolean, secret: boolean): ExplainedKey[] {
    return Object.entries(type.shape as Record<string, Schema>).flatMap(([name, child]) =>
      this.keys(child, [...path, name], isGeneral, secret),
    );
  }

  /** A section of the kind it says it is; in general the keys of all kinds. */
  private kinds(
    schema: Schema,
    type: z.ZodDiscriminatedUnion,
    path: Path,
    isGeneral: boolean,
    secret: boolean,
  ): ExplainedKey[] {
    const options = type.options.filter((option): option is z.ZodObject => option instanceof z.ZodObject);
    if (isGeneral) {
      const all = options.flatMap((option) => this.section(option, path, true, secret));
      const seen = new Set<string>();
      return [
        this.key(schema, path, secret),
        ...all.filter(({ path: one }) => !seen.has(one) && seen.add(one)),
      ];
    }
    const kind = at(this.given, [...path, 'kind']);
    const option = options.find(
      ({ shape }) => bare(shape.kind as Schema) instanceof z.ZodLiteral && isKind(shape, kind),
    );
    return option ? this.section(option, path, false, secret) : [this.key(schema, path, secret)];
  }

  private key(schema: Schema, path: Path, secret: boolean): ExplainedKey {
    const note = noteOf(schema);
    const initial = defaultOf(schema);
    const value = at(this.understood, path);
    const isDefault = at(this.given, path) === undefined;
    return {
      path: printPath(path),
      meaning: note?.prose ?? '',
      expects: describe(schema),
      ...(initial === undefined ? {} : { default: initial }),
      secret,
      variable: variableOf(path),
      ...(value === undefined || (secret && !isDefault) ? {} : { value }),
      isSet: value !== undefined,
      source: isDefault ? 'default' : (this.variableThatSet(path) ?? this.file ?? 'default'),
    };
  }

  /** The variable of the key itself, or of a section around it that was given as a whole. */
  private variableThatSet(path: Path): string | undefined {
    for (let length = path.length; length > 0; length--) {
      const variable = variableOf(path.slice(0, length));
      if (this.used.has(variable)) return variable;
    }
    return undefined;
  }
}

function isKind(shape: Readonly<Record<string, Schema>>, kind: unknown): boolean {
  const literal = shape.kind && bare(shape.kind);
  return literal instanceof z.ZodLiteral && [...literal.values].some((value) => value === kind);
}

/** `tenants[0].mail` and `tenants.mail` alike: without places in lists. */
const withoutPlaces = (path: string): string =>
  path.replace(/\[(\d+|n)\]/g, '').replace(/\.\d+(?=\.|$)/g, '');

const isWithin = (path: string, wanted: string): boolean =>
  path === wanted || path.startsWith(`${wanted}.`) || path.startsWith(`${wanted}[`);

function chosen(keys: readonly ExplainedKey[], wanted: string | undefined): readonly ExplainedKey[] {
  if (wanted === undefined) return keys;
  const exact = keys.filter(({ path }) => isWithin(path, wanted));
  if (exact.length > 0) return exact;
  const plain = withoutPlaces(wanted);
  const alike = keys.filter(({ path }) => isWithin(withoutPlaces(path), plain));
  return alike.length > 0 ? alike : keys.filter(({ variable }) => variable === wanted);
}

/** What understanding of it there is: problems do not keep anybody from asking what a key is for. */
function understoodOf(
  options: LoadOptions,
  given: unknown,
): { understood: unknown; problems: readonly string[] } {
  try {
    return { understood: loadConfiguration(options).configuration, problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { understood: given, problems: error.problems.map(({ path, message }) => `${path}: ${message}`) };
  }
}

/**
 * Explains the keys of a configuration, or those at or below `wanted` (a path, or the name of an environment variable):
 * those that are there; if it has none, what could be there. Throws ConfigurationError if the file is not YAML.
 */
export function explainConfiguration(
  options: LoadOptions & { readonly wanted?: string | undefined } = {},
): Explanation {
  const { env = process.env, wanted } = options;
  const named = options.path ?? env.GODWIT_CONFIG;
  const file = named ? resolve(named) : null;
  const { value: given, used } = overlayEnvironment(configuration, file ? readYaml(file) : {}, env);
  const { understood, problems } = understoodOf(options, given);
  const explainer = new Explainer(given, understood, used, file);
  const there = chosen(explainer.keys(configuration, [], false), wanted);
  const keys = there.length > 0 ? there : chosen(explainer.keys(configuration, [], true), wanted);
  return { keys, problems };
}
