import { ConfigurationError, explainConfiguration, type ExplainedKey, type Explanation } from '#ops';
import { paintFor, type Paint } from './doctor/print.js';
import { exitCodes } from './exit-codes.js';
import { factLines } from './print/table.js';

interface ExplainOptions {
  readonly config?: string | undefined;
  readonly json?: boolean | undefined;
  readonly changed?: boolean | undefined;
}

function valueOf({ value, secret, isSet }: ExplainedKey): string {
  if (!isSet) return 'not set';
  return secret && value === undefined ? 'set (secret)' : JSON.stringify(value);
}

/** A key with all that is known of it, in a few lines. */
export function keyLines(key: ExplainedKey, paint: Paint): string[] {
  const facts = factLines(
    [
      ['expects', key.expects],
      ['default', key.default === undefined ? 'none' : JSON.stringify(key.default)],
      ['value', valueOf(key)],
      ['from', key.source],
      ['variable', key.variable],
      ['secret', key.secret ? 'yes: never shown, and may be given as file:PATH' : null],
    ],
    paint,
  );
  return [
    paint('bold', key.path),
    ...(key.meaning ? [`  ${key.meaning}`] : []),
    ...facts.map((line) => `  ${line}`),
  ];
}

function explained(wanted: string | undefined, config: string | undefined): Explanation | null {
  try {
    return explainConfiguration({ path: config, wanted });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return null;
  }
}

/** `godwit config explain`: returns the exit code. */
export function explainKeys(wanted: string | undefined, options: ExplainOptions): number {
  const explanation = explained(wanted, options.config);
  if (explanation === null) return exitCodes.configuration;
  const { keys: found, problems } = explanation;
  if (found.length === 0) {
    process.stderr.write(`There is no key ${wanted}. godwit config explain lists all.\n`);
    return exitCodes.failed;
  }
  const keys = options.changed ? found.filter(({ source }) => source !== 'default') : found;
  const paint = paintFor(process.stdout, process.env);
  const text = options.json
    ? JSON.stringify({ keys, problems }, null, 2)
    : keys.map((key) => keyLines(key, paint).join('\n')).join('\n\n');
  process.stdout.write(`${text}\n`);
  for (const problem of problems) process.stderr.write(`mistake: ${problem}\n`);
  return problems.length === 0 ? exitCodes.ok : exitCodes.configuration;
}
