import { type MimePart } from './mime-part.js';

/** How a mail is protected by S/MIME: `signed` in clear (multipart/signed), `opaque` (encrypted or enveloped signature). */
export type Protection = 'none' | 'signed' | 'opaque';

const signature = /^application\/(x-)?pkcs7-signature$/i;

/** Looks only at the top part: a signed mail inside a list's footer is no longer an S/MIME mail for a phone. */
export function protectionOf(root: MimePart): Protection {
  if (root.type === 'application' && /^(x-)?pkcs7-mime$/.test(root.subtype)) return 'opaque';
  if (root.type !== 'multipart' || root.subtype !== 'signed') return 'none';
  const last = root.children.at(-1);
  const protocol = root.parameters['protocol'] ?? (last ? `${last.type}/${last.subtype}` : '');
  return signature.test(protocol.trim()) ? 'signed' : 'none';
}

/** MessageClass of a mail (MS-ASEMAIL 2.2.2.49). */
export function messageClass(root: MimePart): string {
  switch (protectionOf(root)) {
    case 'opaque':
      return root.parameters['smime-type']?.toLowerCase() === 'signed-receipt'
        ? 'IPM.Note.Receipt.SMIME'
        : 'IPM.Note.SMIME';
    case 'signed':
      return 'IPM.Note.SMIME.MultipartSigned';
    case 'none':
      return 'IPM.Note';
  }
}
