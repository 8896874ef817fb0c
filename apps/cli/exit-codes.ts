/** What `godwit` ends with; those above 63 are those of sysexits.h. */
export const exitCodes = {
  ok: 0,
  /** The server refused, or something went wrong on the way. */
  failed: 1,
  /** The command was called in a way that means nothing. */
  usage: 2,
  /** Nobody answers at the address. */
  unavailable: 69,
  /** The configuration has mistakes. */
  configuration: 78,
} as const;

export const EXIT_HELP = `
Ends with 0 if all went well, with 1 if the server refused or something failed, with 2 if the command was called wrongly,
with 69 if nobody answers at the address, with 78 if the configuration has mistakes.`;

/** What the caller has to be told, and the code to end with. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  constructor(
    message: string,
    readonly exitCode: number = exitCodes.failed,
  ) {
    super(message);
  }
}

/** The command was called wrongly. */
export const misused = (message: string): CommandFailure => new CommandFailure(message, exitCodes.usage);
