import { z } from 'zod';
import { parse } from 'yaml';
import { bare } from './declare.js';

type Raw = Record<string, unknown>;

/** `AllowHTMLEmail` to `ALLOW_HTML_EMAIL`, `signIn` to `SIGN_IN`. */
export function constantCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toUpperCase();
}

const isRaw = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys of a section; of a union of kinds, those of all its kinds. */
function shapeOf(type: z.core.$ZodType): Record<string, z.core.$ZodType> | null {
  if (type instanceof z.ZodObject) return type.shape;
  if (!(type instanceof z.ZodDiscriminatedUnion)) return null;
  return Object.assign({}, ...type.options.map((option) => shapeOf(option) ?? {})) as Record<
    string,
    z.core.$ZodType
  >;
}

/** Text stays text; a list of texts may be given with commas; anything else is read as YAML. */
function read(text: string, type: z.core.$ZodType): unknown {
  if (type instanceof z.ZodString || type instanceof z.ZodEnum || type instanceof z.ZodURL) return text;
  if (
    type instanceof z.ZodArray &&
    bare(type.element) instanceof z.ZodString &&
    !text.trimStart().startsWith('[')
  ) {
    return text
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '');
  }
  try {
    return parse(text) as unknown;
  } catch {
    return text; // The validation then says what was expected instead.
  }
}

class Overrides {
  readonly used = new Set<string>();
  constructor(private readonly env: Readonly<Record<string, string | undefined>>) {}

  private starts(prefix: string): boolean {
    return Object.keys(this.env).some((name) => name.startsWith(`${prefix}_`) && !this.used.has(name));
  }

  /** The value with the variables named `prefix` and `prefix_...` laid over it. */
  apply(schema: z.core.$ZodType, prefix: string, value: unknown): unknown {
    const type = bare(schema);
    const whole = this.env[prefix];
    let result = value;
    // A container's `{name}_PORT=tcp://...` is what Kubernetes and old Docker links set for a service of that name.
    if (whole !== undefined && !(type instanceof z.ZodNumber && whole.startsWith('tcp://'))) {
      this.used.add(prefix);
      result = read(whole, type);
    }
    const shape = shapeOf(type);
    if (shape) return this.section(shape, prefix, result);
    if (type instanceof z.ZodArray && !(bare(type.element) instanceof z.ZodString)) {
      return this.list(type.element, prefix, result);
    }
    return result;
  }

  private section(shape: Record<string, z.core.$ZodType>, prefix: string, value: unknown): unknown {
    const result: Raw = isRaw(value) ? { ...value } : {};
    let touched = isRaw(value);
    for (const [name, schema] of Object.entries(shape)) {
      const laid = this.apply(schema, `${prefix}_${constantCase(name)}`, result[name]);
      if (laid === undefined) continue;
      result[name] = laid;
      touched = true;
    }
    // A value that is no section stays as it is, for the validation to complain about.
    return touched && (isRaw(value) || value === undefined || value === null) ? result : value;
  }

  private list(element: z.core.$ZodType, prefix: string, value: unknown): unknown {
    if (value !== undefined && !Array.isArray(value)) return value;
    const result: unknown[] = value ? [...(value as unknown[])] : [];
    for (let index = 0; index < result.length || this.starts(`${prefix}_${index}`); index++) {
      result[index] = this.apply(element, `${prefix}_${index}`, result[index]);
    }
    return value === undefined && result.length === 0 ? undefined : result;
  }
}

/** Variables that are no keys: where the file is, and what the command reads itself. */
const OTHERS: ReadonlySet<string> = new Set(['GODWIT_CONFIG', 'GODWIT_ADMIN_URL', 'GODWIT_DOCTOR_PASSWORD']);

/**
 * Lays environment variables over the raw configuration: GODWIT_LISTEN_PORT over `listen.port`,
 * GODWIT_TENANTS_0_MAIL_HOST over `tenants[0].mail.host`, GODWIT_TENANTS (as YAML) over the whole list.
 * `used` names the variables that did something, `unknown` those that look meant for Godwit and belong to no key.
 */
export function overlayEnvironment(
  schema: z.core.$ZodType,
  raw: unknown,
  env: Readonly<Record<string, string | undefined>>,
): { value: unknown; used: ReadonlySet<string>; unknown: string[] } {
  const overrides = new Overrides(env);
  const value = overrides.apply(schema, 'GODWIT', raw ?? {});
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith('GODWIT_') && !OTHERS.has(name) && !overrides.used.has(name),
  );
  return { value, used: overrides.used, unknown };
}
