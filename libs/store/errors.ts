/** The database cannot be reached or is not answering: nothing was decided, try again later. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** SQLSTATE classes and codes that say something of the connection or the server rather than of the statement. */
const unavailableStates = /^(08...|57P0[1235]|57014|53[0-9A-Z]{3}|58[0-9A-Z]{3}|25006|40003)$/;
/** Codes of libuv and of Prisma's driver adapters for the same. */
const unavailableCodes = /^(E(CONN|PIPE|NOENT|TIMEDOUT|HOST|NET|AI_AGAIN).*|P10(01|02|08|17)|P2024|P2037)$/;
/** node-postgres says these in words only. */
const unavailableWords =
  /connection terminated|connection timeout|timeout exceeded when trying to connect|cannot use a pool after|client has encountered a connection error|query read timeout|server closed the connection/i;

function codesOf(error: object): string[] {
  const { code, originalCode, cause } = error as { code?: unknown; originalCode?: unknown; cause?: unknown };
  const nested = typeof cause === 'object' && cause !== null ? codesOf(cause) : [];
  return [code, originalCode, ...nested].filter((value): value is string => typeof value === 'string');
}

/** Whether an error of node-postgres or Prisma means that the database is away. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.some(isUnavailable)) return true;
  if (codesOf(error).some((code) => unavailableStates.test(code) || unavailableCodes.test(code))) return true;
  return unavailableWords.test(error.message);
}

/** Runs a query and turns the many faces of a lost database into StoreUnavailable. */
export async function guarded<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    if (isUnavailable(error)) throw new StoreUnavailable('the database is not available', { cause: error });
    throw error;
  }
}
