import { AdminClient, ApiRefusal } from '#admin-api';
import { paintFor, type Paint } from '../doctor/print.js';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { factLines, tableLines, type Column } from '../print/table.js';
import { printable } from '../print/width.js';
import { connectionOf, type ConnectionOptions } from './connection.js';

/** What every command that talks to the API can be told. */
export interface ApiOptions extends ConnectionOptions {
  readonly json?: boolean | undefined;
}

/** The API, and the ways to answer whoever called the command. */
export class Api {
  readonly paint: Paint = paintFor(process.stdout, process.env);

  constructor(
    readonly client: AdminClient,
    readonly origin: string,
    private readonly json: boolean,
  ) {}

  /** Prints what the API answered with --json, else what `show` makes of it. */
  answer<T>(value: T, show: (value: T) => readonly string[]): void {
    this.print(this.json ? [JSON.stringify(value, null, 2)] : show(value));
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
    const { isTTY, columns: width } = process.stdout;
    return tableLines(columns, rows, { columns: isTTY ? width : undefined, paint: this.paint });
  }

  facts(facts: Parameters<typeof factLines>[0]): string[] {
    return factLines(facts, this.paint);
  }

  print(lines: readonly string[]): void {
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  }

  /** Something for people only, which no script should have to read over. */
  note(text: string): void {
    if (!this.json) process.stderr.write(`${text}\n`);
  }
}

/** Runs what a command does with the API. Returns the exit code; what went wrong is told on standard error. */
export async function runApi(
  options: ApiOptions,
  work: (api: Api) => Promise<number | void>,
): Promise<number> {
  let origin = '';
  try {
    const connection = connectionOf(options);
    origin = connection.origin;
    const client = new AdminClient({
      origin,
      headers: () => ({ Authorization: `Bearer ${connection.token}` }),
    });
    return (await work(new Api(client, origin, options.json === true))) ?? exitCodes.ok;
  } catch (error) {
    const { text, exitCode } = explained(error, origin);
    process.stderr.write(`${text}\n`);
    return exitCode;
  }
}

interface Explained {
  readonly text: string;
  readonly exitCode: number;
}

/** What an error means to whoever called the command; errors nobody foresaw are thrown on. */
export function explained(error: unknown, origin: string): Explained {
  if (error instanceof CommandFailure) return { text: error.message, exitCode: error.exitCode };
  if (error instanceof ApiRefusal) return refusal(error, origin);
  const code = networkCodeOf(error);
  if (code === null) throw error;
  const text =
    code === 'ECONNREFUSED'
      ? `Nobody listens at ${origin}. Does godwit serve (or godwit admin) run there? Another address is given with --url.`
      : `${origin} cannot be reached (${code}).`;
  return { text, exitCode: exitCodes.unavailable };
}

/** `fetch failed`, `terminated` and the like: what the network said is the cause. */
function networkCodeOf(error: unknown): string | null {
  if (!(error instanceof TypeError)) return null;
  const { cause } = error as { cause?: { code?: unknown; errors?: { code?: unknown }[]; message?: string } };
  if (cause === undefined) return null;
  const code = cause.code ?? cause.errors?.[0]?.code;
  return typeof code === 'string' ? code : (cause.message ?? error.message);
}

const BUSY: ReadonlySet<number> = new Set([502, 503, 504]);

function refusal({ status, problem, message }: ApiRefusal, origin: string): Explained {
  const exitCode = BUSY.has(status) ? exitCodes.unavailable : exitCodes.failed;
  if (problem === null)
    return {
      text: `HTTP ${status}: what answers at ${origin} is not the API of Godwit, or failed.`,
      exitCode,
    };
  const lines = [printable(message)];
  for (const { path, message: what } of problem.fields ?? [])
    lines.push(printable(`  ${path || 'body'}: ${what}`));
  if (status === 401)
    lines.push(
      'The token is not valid (any more). It is given with --token or GODWIT_ADMIN_TOKEN; see godwit token.',
    );
  if (status === 403) lines.push('The token has not the right to do this, or not for this tenant.');
  return { text: lines.join('\n'), exitCode };
}
