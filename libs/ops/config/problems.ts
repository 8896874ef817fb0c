import { z } from 'zod';
import { bare, describe, noteOf } from './declare.js';
import { notYet } from './kinds.js';

/** One thing wrong with the configuration. */
export interface Problem {
  /** As an operator writes it: `tenants[0].mail.port`. */
  readonly path: string;
  readonly message: string;
}

/** The configuration cannot be used. The message lists every problem, one a line. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly Problem[];

  constructor(source: string, problems: readonly Problem[]) {
    const lines = problems.map(({ path, message }) => `  ${path ? `${path}: ` : ''}${message}`);
    super(
      `${source}: ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}\n${lines.join('\n')}`,
    );
    this.problems = problems;
  }
}

type Path = readonly PropertyKey[];

export function printPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text ? `${text}.${String(step)}` : String(step);
  }, '');
}

/** Optimal string alignment: how many insertions, deletions, replacements and swaps lead from one word to the other. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, at(i - 2, j - 2) + 1);
      row.push(cost);
    }
  }
  return at(a.length, b.length);
}

/** The known word nearest to a misspelt one; null if none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  const allowed = Math.max(1, Math.floor(word.length / 3));
  const ranked = known
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  const best = ranked[0];
  return best && best.far <= allowed ? best.candidate : null;
}

/** Options of a union of kinds that the value may have meant: the one of its kind, else all. */
function shapesOf(schema: z.core.$ZodType, value: unknown): z.ZodObject[] {
  const type = bare(schema);
  if (type instanceof z.ZodObject) return [type];
  if (!(type instanceof z.ZodDiscriminatedUnion)) return [];
  const options = type.options.filter((option): option is z.ZodObject => option instanceof z.ZodObject);
  const kind = child(value, 'kind');
  const meant = options.filter(
    (option) => option.shape.kind instanceof z.ZodLiteral && option.shape.kind.value === kind,
  );
  return meant.length > 0 ? meant : options;
}

function child(value: unknown, step: PropertyKey): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<PropertyKey, unknown>)[step]
    : undefined;
}

interface Place {
  /** Null where the path leads out of what is declared. */
  readonly schema: z.core.$ZodType | null;
  readonly value: unknown;
  /** The key or one it belongs to is secret. */
  readonly secret: boolean;
}

function step(schema: z.core.$ZodType, value: unknown, name: PropertyKey): z.core.$ZodType | null {
  const type = bare(schema);
  if (type instanceof z.ZodArray) return type.element;
  if (type instanceof z.ZodRecord) return type.valueType;
  const shapes = shapesOf(type, value).map((object) => object.shape as Record<string, z.core.$ZodType>);
  return shapes.find((shape) => String(name) in shape)?.[String(name)] ?? null;
}

/** What stands declared and given at a path. */
function follow(root: z.core.$ZodType, input: unknown, path: Path): Place {
  let place: Place = { schema: root, value: input, secret: false };
  for (const name of path) {
    const schema = place.schema && step(place.schema, place.value, name);
    const secret = place.secret || (schema !== null && noteOf(schema)?.secret === true);
    place = { schema, value: child(place.value, name), secret };
  }
  return place;
}

function unknownKeys(
  issue: z.core.$ZodIssueUnrecognizedKeys,
  root: z.core.$ZodType,
  input: unknown,
): Problem[] {
  const { schema, value } = follow(root, input, issue.path);
  const known = schema ? shapesOf(schema, value).flatMap((object) => Object.keys(object.shape)) : [];
  return issue.keys.map((name) => {
    const path = printPath([...issue.path, name]);
    const meant = nearest(name, known);
    return {
      path,
      message: `unknown key; ${meant ? `did you mean ${meant}?` : `known here: ${known.join(', ')}`}`,
    };
  });
}

function wrongKind(issue: z.core.$ZodIssueInvalidUnion, input: unknown, root: z.core.$ZodType): Problem {
  const path = printPath(issue.path);
  const { value } = follow(root, input, issue.path);
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  const expected = `expected ${options.join(' or ')}`;
  if (typeof value !== 'string') return { path, message: `missing; ${expected}` };
  if (notYet.includes(value))
    return { path, message: `"${value}" is not supported in this version; ${expected}` };
  return { path, message: `${expected}, got "${value}"` };
}

function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a section of keys';
  return JSON.stringify(value) ?? String(value);
}

/** Says each issue of the validation in the operator's terms. Secret values are never repeated. */
export function problemsOf(error: z.core.$ZodError, root: z.core.$ZodType, input: unknown): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') return unknownKeys(issue, root, input);
    if (issue.code === 'invalid_union' && issue.errors.length === 0) return [wrongKind(issue, input, root)];
    const path = printPath(issue.path);
    if (issue.code === 'custom') return [{ path, message: issue.message }];
    const { schema, value, secret } = follow(root, input, issue.path);
    const expected = schema ? `expected ${describe(schema).replaceAll('`', '')}` : issue.message;
    if (value === undefined) return [{ path, message: `missing; ${expected}` }];
    return [{ path, message: `${expected}${secret ? '' : `, got ${show(value)}`}` }];
  });
}
