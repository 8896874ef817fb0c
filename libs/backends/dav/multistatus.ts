import { dav } from './names.js';
import { childOf, childrenOf, readXml, textOf, type XmlElement, type XmlLimits } from './read-xml.js';

/** One `response` of a multistatus (RFC 4918 14.24). */
export interface DavResponse {
  /** As the server wrote it. */
  readonly href: string;
  /** Status of the resource as a whole; null where each property has its own. */
  readonly status: number | null;
  /** The properties it has (200), by `{namespace}local`. */
  readonly props: ReadonlyMap<string, XmlElement>;
  /** Status of those it does not have or does not tell. */
  readonly refused: ReadonlyMap<string, number>;
}

export type MultistatusPart =
  | { readonly kind: 'response'; readonly response: DavResponse }
  | { readonly kind: 'sync-token'; readonly token: string };

/** Reads a multistatus as it comes: memory holds one response. Throws as readXml does. */
export async function* readMultistatus(
  body: AsyncIterable<Uint8Array>,
  limits?: XmlLimits,
): AsyncGenerator<MultistatusPart> {
  for await (const element of readXml(body, dav('multistatus'), limits)) {
    if (element.name === dav('sync-token')) yield { kind: 'sync-token', token: element.text.trim() };
    if (element.name !== dav('response')) continue;
    // A response may name several resources with one status (RFC 4918 14.24).
    for (const { text } of childrenOf(element, dav('href')))
      yield { kind: 'response', response: responseOf(text.trim(), element) };
  }
}

function responseOf(href: string, element: XmlElement): DavResponse {
  const props = new Map<string, XmlElement>();
  const refused = new Map<string, number>();
  for (const propstat of childrenOf(element, dav('propstat'))) {
    const status = statusOf(propstat) ?? 200;
    for (const prop of childOf(propstat, dav('prop'))?.children ?? []) {
      if (status >= 200 && status < 300) props.set(prop.name, prop);
      else refused.set(prop.name, status);
    }
  }
  return { href, status: statusOf(element), props, refused };
}

/** `HTTP/1.1 404 Not Found`; some servers leave out the words, or the version. */
function statusOf(element: XmlElement): number | null {
  const line = textOf(element, dav('status'));
  const [, code] = /(?:^|\s)([1-5]\d\d)(?:\s|$)/.exec(line ?? '') ?? [];
  return code === undefined ? null : Number(code);
}

/** Text of a property; null if the resource does not have it. */
export const propText = ({ props }: DavResponse, name: string): string | null =>
  props.get(name)?.text.trim() || null;

/** The hrefs in a property. */
export const propHrefs = ({ props }: DavResponse, name: string): readonly string[] =>
  childrenOf(props.get(name), dav('href'))
    .map(({ text }) => text.trim())
    .filter((href) => href !== '');

/** Whether a property like resourcetype has this element in it. */
export const propHas = ({ props }: DavResponse, name: string, child: string): boolean =>
  childOf(props.get(name), child) !== undefined;
