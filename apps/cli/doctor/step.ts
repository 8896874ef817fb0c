/** What one step of the examination found. */
export interface StepReport {
  /**
   * For scripts: `options`, `provision`, `folders`, `sync`, `ping`, `send`; `contacts`, `calendar`, `tasks`, `notes`, each
   * with `-write` for what `--write` did.
   */
  readonly name: string;
  readonly title: string;
  readonly ok: boolean;
  readonly ms: number;
  /** What was seen, in a few words. */
  readonly detail: string;
  /** Only of a failure. */
  readonly reason?: string;
  /** What to change; of a success, what might be better. */
  readonly advice: readonly string[];
}

/** The step found something wrong, and knows what to do about it. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
  constructor(
    readonly reason: string,
    readonly advice: readonly string[],
  ) {
    super(reason);
  }
}

/** What a step tells when all is well. */
export interface Finding {
  readonly detail: string;
  readonly advice?: readonly string[];
}
