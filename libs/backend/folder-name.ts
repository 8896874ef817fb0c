import { BackendError } from './errors.js';

/** MS-ASCMD 2.2.3.45 DisplayName and most stores end here. */
const longest = 256;

/**
 * A folder's name as phones send it, ready to be stored: in NFC, because phones and servers of different makers compose
 * letters differently and would make two folders of one name. Throws `invalid` for an empty name, one with control
 * characters or with the sign that parts the levels of a path (null where the source has none), and an endless one.
 */
export function storableFolderName(name: string, delimiter: string | null): string {
  const stored = name.trim().normalize('NFC');
  const wrong =
    stored === '' ||
    stored.length > longest ||
    // A lone surrogate has no UTF-8; line ends and NUL would break out of a quoted string or end a path.
    /\p{Cc}|\p{Zl}|\p{Zp}|\p{Cs}/u.test(name) ||
    (delimiter !== null && delimiter !== '' && stored.includes(delimiter));
  if (wrong) throw new BackendError('invalid', 'no name for a folder', { reason: 'folder-name' });
  return stored;
}
