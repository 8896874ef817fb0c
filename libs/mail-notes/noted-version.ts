/** Versions of mails are letters, then a hash of the keywords; `n` among the letters stands for NOTED. */
export const isNoted = (version: string): boolean => version.split('#', 1)[0]!.includes('n');

/** A version that is another one whenever the note is. */
export const withRevision = (version: string, revision: string | null | undefined): string =>
  revision && isNoted(version) ? `${version}.${revision}` : version;
