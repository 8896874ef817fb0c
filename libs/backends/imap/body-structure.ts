import {
  mimePart,
  mimePartFromBodyStructure,
  parseStructuredHeader,
  type BodyStructureNode,
  type MimePart,
} from '#formats';
import { isList, list, number, text, type Node } from './nodes.js';

/** Deeper nesting is cut off: nobody reads a message in a message thirty times over. */
const maximumDepth = 40;
const maximumChildren = 1_000;

/** The tree of a BODYSTRUCTURE answer (RFC 9051 7.5.2). Malformed pieces become what is most likely meant. */
export function readBodyStructure(nodes: readonly Node[]): MimePart {
  return mimePartFromBodyStructure(readNode(nodes, 0));
}

/** For a message whose structure the server does not tell: one plain text, as long as the message. */
export const unknownStructure = (size: number): MimePart =>
  mimePart({ part: '1', contentType: 'text/plain', parameters: {}, size });

function readNode(nodes: readonly Node[], depth: number): BodyStructureNode {
  return isList(nodes[0]) ? readMultipart(nodes, depth) : readSingle(nodes, depth);
}

/** `(part)(part) "MIXED" (params) (disposition) language location` */
function readMultipart(nodes: readonly Node[], depth: number): BodyStructureNode {
  const first = nodes.findIndex((node) => !isList(node));
  const end = first < 0 ? nodes.length : first;
  const children = depth < maximumDepth ? nodes.slice(0, Math.min(end, maximumChildren)) : [];
  return {
    type: `multipart/${text(nodes[end])?.toLowerCase() ?? 'mixed'}`,
    parameters: readParameters(nodes[end + 1]),
    ...readDisposition(nodes[end + 2]),
    childNodes: children.map((child) => readNode(list(child), depth + 1)),
  };
}

/** `type subtype params id description encoding octets [envelope body lines | lines] md5 disposition language location` */
function readSingle(nodes: readonly Node[], depth: number): BodyStructureNode {
  const type = text(nodes[0])?.toLowerCase() ?? 'application';
  const subtype = text(nodes[1])?.toLowerCase() ?? 'octet-stream';
  const isMessage = type === 'message' && ['rfc822', 'global'].includes(subtype) && isList(nodes[8]);
  const next = isMessage ? 10 : type === 'text' ? 8 : 7;
  return {
    type: `${type}/${subtype}`,
    parameters: readParameters(nodes[2]),
    id: text(nodes[3]) ?? undefined,
    encoding: text(nodes[5]) ?? undefined,
    size: number(nodes[6]) ?? 0,
    ...readDisposition(nodes[next + 1]),
    location: text(nodes[next + 3]) ?? undefined,
    ...(isMessage ? readMessage(nodes, depth) : {}),
  };
}

function readMessage(
  nodes: readonly Node[],
  depth: number,
): Pick<BodyStructureNode, 'envelope' | 'childNodes'> {
  return {
    envelope: { subject: text(list(nodes[7])[1]) ?? '' },
    childNodes: depth < maximumDepth ? [readNode(list(nodes[8]), depth + 1)] : [],
  };
}

function readDisposition(
  node: Node | undefined,
): Pick<BodyStructureNode, 'disposition' | 'dispositionParameters'> {
  if (!isList(node)) return {};
  return {
    disposition: text(node[0])?.toLowerCase() ?? undefined,
    dispositionParameters: readParameters(node[1]),
  };
}

/** Servers hand out parameters as they stand in the mail: what RFC 2231 cut into pieces is put together here. */
function readParameters(node: Node | undefined): Record<string, string> {
  const nodes = list(node);
  const parameters: Record<string, string> = {};
  let isSplit = false;
  for (let index = 0; index + 1 < nodes.length; index += 2) {
    const name = text(nodes[index])?.toLowerCase() ?? '';
    if (name.includes('*')) isSplit = true;
    parameters[name] = text(nodes[index + 1]) ?? '';
  }
  return isSplit ? joined(parameters) : parameters;
}

function joined(parameters: Readonly<Record<string, string>>): Record<string, string> {
  const fields = Object.entries(parameters).map(([name, value]) =>
    name.endsWith('*')
      ? `${name}=${value.replace(/[;\r\n"]/g, '')}`
      : `${name}="${value.replace(/[\\"]/g, '\\$&')}"`,
  );
  return { ...parseStructuredHeader(`x; ${fields.join('; ')}`).parameters };
}
