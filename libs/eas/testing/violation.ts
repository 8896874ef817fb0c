/** What is wrong with an answer, by the specification's own schemas. */
export interface Violation {
  readonly kind: 'unknown' | 'misplaced' | 'missing' | 'too many' | 'value';
  /** `Sync/Collections/Collection[1]/Status`. */
  readonly path: string;
  /** The line of content-models.tsv that is broken. */
  readonly model: string;
  /** The child in question, or the element itself where its value is. */
  readonly element: string;
  readonly message: string;
}
