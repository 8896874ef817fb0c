import { readTexts, XmlUnreadable } from './read-texts.js';

/** What a server answered, as a client understands it. */
export type PoxReply =
  | { readonly kind: 'settings'; readonly url: string; readonly address: string | null }
  | { readonly kind: 'redirect'; readonly address: string }
  | { readonly kind: 'error'; readonly reason: string }
  /** No Autodiscover at all: a web page, or some other document. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Reads a server's answer to a phone. */
export function readPoxReply(xml: string): PoxReply {
  try {
    const texts = readTexts(xml);
    if (texts.root !== 'autodiscover') return { kind: 'unreadable', reason: `it is <${texts.root}>` };
    const [redirect] = texts.all('redirect');
    if (redirect) return { kind: 'redirect', address: redirect };
    const url = texts.all('url').find((text) => /^https?:/.test(text));
    if (url !== undefined) return { kind: 'settings', url, address: texts.all('emailaddress')[0] ?? null };
    const code = texts.all('errorcode')[0] ?? texts.all('status')[0] ?? '';
    return { kind: 'error', reason: `${texts.all('message')[0] ?? 'no settings'} ${code}`.trim() };
  } catch (error) {
    if (error instanceof XmlUnreadable) return { kind: 'unreadable', reason: error.message };
    throw error;
  }
}
