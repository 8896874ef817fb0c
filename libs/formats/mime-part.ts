import { cleanLine } from './clean-text.js';
import { decodeWords } from './encoded-words.js';

/** One node of a message's MIME tree: what IMAP's BODYSTRUCTURE tells of it (RFC 9051 7.5.2), nothing of its content. */
export interface MimePart {
  /**
   * The IMAP section number by which the part is read: `1`, `2.1`. Empty for a multipart at the top of a message. A
   * multipart that is itself the content of a message/rfc822 part carries that part's number.
   */
  readonly part: string;
  /** Lower case: `text`. */
  readonly type: string;
  /** Lower case: `plain`. */
  readonly subtype: string;
  /** Content-Type parameters, names in lower case, values decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Lower case: `attachment`, `inline`; null where the header is absent. */
  readonly disposition: string | null;
  /** The name somebody gave the part (filename, else name), decoded, on one line. */
  readonly filename: string | null;
  /** Without angle brackets. */
  readonly contentId: string | null;
  readonly contentLocation: string | null;
  /** Content-Transfer-Encoding in lower case. */
  readonly encoding: string;
  /** Octets as stored, before the transfer encoding is undone. */
  readonly size: number;
  /** Bytes after the transfer encoding is undone, as well as it is known without doing it. */
  readonly decodedSize: number;
  readonly children: readonly MimePart[];
  /** Subject of the message inside a message/rfc822 part, decoded; null for other parts. */
  readonly subject: string | null;
}

/** What the readers of a structure or of header fields know before the part is made. */
export interface PartDescription {
  readonly part: string;
  readonly contentType: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly disposition?: string | null;
  readonly dispositionParameters?: Readonly<Record<string, string>>;
  readonly contentId?: string | null;
  readonly contentLocation?: string | null;
  readonly encoding?: string | null;
  readonly size?: number;
  readonly decodedSize?: number;
  readonly children?: readonly MimePart[];
  readonly subject?: string | null;
}

const lowerKeys = (parameters: Readonly<Record<string, string>>): Record<string, string> => {
  const result: Record<string, string> = {};
  for (const [key, value] of Object.entries(parameters))
    result[key.toLowerCase()] = cleanLine(decodeWords(value));
  return result;
};

/** Makes a part of what a source told of it: names decoded (RFC 2231, and RFC 2047 which senders use instead), cleaned. */
export function mimePart(description: PartDescription): MimePart {
  const parameters = lowerKeys(description.parameters);
  const disposition = lowerKeys(description.dispositionParameters ?? {});
  const encoding = token(description.encoding) ?? '7bit';
  const size = description.size ?? 0;
  return {
    part: description.part,
    ...mediaType(description.contentType),
    parameters,
    disposition: token(description.disposition),
    filename: disposition['filename'] || parameters['name'] || null,
    contentId: line(description.contentId)?.replace(/^<\s*|\s*>$/g, '') || null,
    contentLocation: line(description.contentLocation) || null,
    encoding,
    size,
    decodedSize: description.decodedSize ?? guessDecodedSize(size, encoding),
    children: description.children ?? [],
    subject: typeof description.subject === 'string' ? cleanLine(decodeWords(description.subject)) : null,
  };
}

const line = (text: string | null | undefined): string | null =>
  typeof text === 'string' ? cleanLine(text) : null;
const token = (text: string | null | undefined): string | null => line(text)?.toLowerCase() || null;

function mediaType(contentType: string): { type: string; subtype: string } {
  const [type = '', subtype = ''] = contentType.toLowerCase().trim().split('/', 2);
  const text = type === '' || type === 'text';
  return { type: type || 'text', subtype: subtype || (text ? 'plain' : 'octet-stream') };
}

/** A node of a BODYSTRUCTURE answer as IMAP client libraries hand it out. */
export interface BodyStructureNode {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly disposition?: string;
  readonly dispositionParameters?: Readonly<Record<string, string>>;
  readonly id?: string;
  readonly location?: string;
  readonly encoding?: string;
  readonly size?: number;
  readonly envelope?: { readonly subject?: string };
  readonly childNodes?: readonly BodyStructureNode[];
}

/**
 * The tree of a BODYSTRUCTURE answer. Section numbers are given here by the rule of RFC 9051 6.4.5.1 and not taken from
 * the library, because the number of a message inside a message is where libraries differ.
 */
export function mimePartFromBodyStructure(root: BodyStructureNode): MimePart {
  return fromNode(root, isMultipart(root) ? '' : '1', 0);
}

const maximumDepth = 30;
const isMultipart = (node: BodyStructureNode): boolean => node.type.toLowerCase().startsWith('multipart/');

function fromNode(node: BodyStructureNode, part: string, depth: number): MimePart {
  const prefix = part === '' ? '' : `${part}.`;
  const inside = depth >= maximumDepth ? [] : (node.childNodes ?? []);
  const children = isMultipart(node)
    ? inside.map((child, index) => fromNode(child, `${prefix}${index + 1}`, depth + 1))
    : inside.slice(0, 1).map((child) => fromNode(child, isMultipart(child) ? part : `${prefix}1`, depth + 1));
  return mimePart({
    part,
    contentType: node.type,
    parameters: node.parameters ?? {},
    disposition: node.disposition,
    dispositionParameters: node.dispositionParameters,
    contentId: node.id,
    contentLocation: node.location,
    encoding: node.encoding,
    size: node.size,
    children,
    subject: node.envelope ? (node.envelope.subject ?? '') : null,
  });
}

/** All parts of a tree, parents first, without descending into messages inside the message. */
export function* partsOf(root: MimePart): Generator<MimePart> {
  yield root;
  if (root.type !== 'multipart') return;
  for (const child of root.children) yield* partsOf(child);
}

/** The part with this section number, or null. Descends into messages inside the message as IMAP does. */
export function findPart(root: MimePart, part: string): MimePart | null {
  if (root.part === part && root.part !== '' && root.type !== 'multipart') return root;
  for (const child of root.children) {
    const found = findPart(child, part);
    if (found) return found;
  }
  return root.part === part && part !== '' ? root : null;
}

/** Exact without an encoding, close for base64 in lines of 76, an upper bound for the others. */
function guessDecodedSize(size: number, encoding: string): number {
  return encoding === 'base64' ? Math.floor(((size - 2 * Math.floor(size / 78)) * 3) / 4) : size;
}
