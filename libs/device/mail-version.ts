/** A mail's version: letters for its flags, a hash of its keywords, the revision of the note beside it (libs/formats, libs/mail-notes). */
const PARTS = /^([^#.]*)(#[^.]*)?(\..*)?$/s;

interface Parts {
  readonly letters: string;
  readonly keywords: string;
  readonly revision: string;
}

function partsOf(version: string): Parts {
  const [, letters = '', keywords = '', revision = ''] = PARTS.exec(version) ?? [];
  return { letters: letters.replace('-', ''), keywords, revision };
}

/** The letters of a mail's version: `s` seen, `f` flagged, and so on (libs/formats/mail-flags.ts). */
export const lettersOf = (version: string): string => partsOf(version).letters;

/**
 * Whether two versions of a mail differ in something that is not `named`: letters of flags, `#` for the keywords and `.` for
 * the revision.
 */
export function differBeside(one: string, other: string, named: string): boolean {
  const [a, b] = [partsOf(one), partsOf(other)];
  const unnamed = (letters: string): string =>
    [...letters].filter((letter) => !named.includes(letter)).join('');
  return (
    unnamed(a.letters) !== unnamed(b.letters) ||
    (!named.includes('#') && a.keywords !== b.keywords) ||
    (!named.includes('.') && a.revision !== b.revision)
  );
}
