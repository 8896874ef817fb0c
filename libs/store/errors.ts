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

interface Clues {
  readonly code?: unknown;
  readonly originalCode?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  /** Of an AggregateError: one for each address that was tried. */
  readonly errors?: unknown;
  /** Of a Prisma error: `driverAdapterError` is what the database said. */
  readonly meta?: unknown;
}

/** Whether an error of node-postgres or Prisma means that the database is away. */
export function isUnavailable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, originalCode, message, cause, errors, meta }: Clues = error;
  for (const word of [code, originalCode]) {
    if (typeof word === 'string' && (unavailableStates.test(word) || unavailableCodes.test(word)))
      return true;
  }
  if (typeof message === 'string' && unavailableWords.test(message)) return true;
  if (Array.isArray(errors) && errors.some(isUnavailable)) return true;
  return (
    isUnavailable(cause) ||
    isUnavailable((meta as { driverAdapterError?: unknown } | null | undefined)?.driverAdapterError)
  );
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
