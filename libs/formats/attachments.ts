import { cleanLine } from './clean-text.js';
import { type MimePart } from './mime-part.js';

const extensions: Readonly<Record<string, string>> = {
  'text/plain': 'txt',
  'text/html': 'html',
  'text/calendar': 'ics',
  'text/vcard': 'vcf',
  'text/x-vcard': 'vcf',
  'text/csv': 'csv',
  'text/rfc822-headers': 'txt',
  'message/rfc822': 'eml',
  'message/global': 'eml',
  'message/delivery-status': 'txt',
  'message/disposition-notification': 'txt',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/svg+xml': 'svg',
  'image/tiff': 'tif',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.ms-powerpoint': 'ppt',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/ms-tnef': 'dat',
  'application/pgp-signature': 'asc',
  'application/pgp-keys': 'asc',
  'application/pkcs7-signature': 'p7s',
  'application/x-pkcs7-signature': 'p7s',
  'application/pkcs7-mime': 'p7m',
  'application/x-pkcs7-mime': 'p7m',
};

/** Base names for parts whose kind has a customary one. */
const customaryNames: Readonly<Record<string, string>> = {
  ics: 'invite',
  p7s: 'smime',
  p7m: 'smime',
  dat: 'winmail',
};

export const isMessage = (part: MimePart): boolean =>
  part.type === 'message' && (part.subtype === 'rfc822' || part.subtype === 'global');

/** The name a phone shows and stores an attachment under: the sender's, without any path, or one made for its kind. */
export function attachmentName(part: MimePart): string {
  const given = fileNameOnly(part.filename ?? '');
  if (isMessage(part)) {
    // Android shows a message only if its name ends in .eml.
    const base = given || fileNameOnly((part.subject ?? '').replace(/[/\\:]/g, ' ')) || 'message';
    return /\.eml$/i.test(base) ? base : `${base}.eml`;
  }
  if (given) return given;
  const extension = extensions[`${part.type}/${part.subtype}`] ?? 'bin';
  const customary = customaryNames[extension];
  if (customary) return `${customary}.${extension}`;
  return `${part.type === 'image' ? 'image' : 'part'}${part.part.replace(/\./g, '-')}.${extension}`;
}

const longestName = 200;

function fileNameOnly(name: string): string {
  const base = cleanLine(name).replace(/^.*[/\\]/, '');
  if (/^\.*$/.test(base)) return '';
  if (base.length <= longestName) return base;
  const extension = /\.[^.]{1,10}$/.exec(base)?.[0] ?? '';
  return (
    Array.from(base.slice(0, longestName - extension.length))
      .slice(0, -1)
      .join('') + extension
  );
}

/** One Attachment element (MS-ASAIRS 2.2.2.7). */
export interface AttachmentDescription {
  readonly DisplayName: string;
  readonly FileReference: string;
  /** 1 a file, 5 an embedded message (MS-ASAIRS 2.2.2.31). */
  readonly Method: 1 | 5;
  readonly EstimatedDataSize: number;
  readonly ContentId?: string;
  readonly ContentLocation?: string;
  readonly IsInline?: boolean;
}

/** Describes an attachment; `fileReference` is what the phone will fetch it by. */
export function describeAttachment(
  part: MimePart,
  fileReference: string,
  inRelated: boolean,
): AttachmentDescription {
  const inline =
    part.contentId !== null && (part.disposition === 'inline' || (inRelated && part.disposition === null));
  return {
    DisplayName: attachmentName(part),
    FileReference: fileReference,
    Method: isMessage(part) ? 5 : 1,
    EstimatedDataSize: part.decodedSize,
    ...(part.contentId ? { ContentId: part.contentId } : {}),
    ...(part.contentLocation ? { ContentLocation: part.contentLocation } : {}),
    ...(inline ? { IsInline: true } : {}),
  };
}

/** Parts that stand inside a multipart/related: pictures of the HTML beside them. */
export function partsInRelated(root: MimePart, related = false): Set<MimePart> {
  const found = new Set<MimePart>();
  for (const child of root.type === 'multipart' ? root.children : []) {
    const inside = related || root.subtype === 'related';
    if (inside) found.add(child);
    for (const part of partsInRelated(child, inside)) found.add(part);
  }
  return found;
}
