/**
 * Which object an id stands for. Ids are hashes of names; nobody can turn one back, so somebody must remember. A book that
 * knows too little is only slow: the source is asked for its names then.
 */
export interface NameBook {
  /** Names by id, as far as they are known. */
  names(folder: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Takes note of names; those it knows already cost nothing. */
  remember(folder: string, names: ReadonlyMap<string, string>): Promise<void>;
}
