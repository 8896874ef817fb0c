/** Hides values on their way between processes, each for one purpose only; libs/actors has one. */
export interface Sealer {
  seal(value: unknown, context: string): string;
  /** Throws if the text was not sealed with the same secret and for the same purpose. */
  open(sealed: string, context: string): unknown;
}
