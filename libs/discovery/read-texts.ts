import { SaxesParser } from 'saxes';

/** The text is no XML that is wanted here. */
export class XmlUnreadable extends Error {
  override readonly name = 'XmlUnreadable';
}

/** The texts of a small document by element name. */
export interface Texts {
  /** Local name of the root, lower-cased. */
  readonly root: string;
  /** Trimmed texts of all elements with this local name (lower-cased), in order; empty elements give ''. */
  all(name: string): readonly string[];
}

const MAX_DEPTH = 20;
const localName = (name: string): string => name.slice(name.indexOf(':') + 1).toLowerCase();

/** Reads a document of known flat shape. No DTD and no entities of its own: there is nothing to expand. */
export function readTexts(xml: string): Texts {
  const found = new Map<string, string[]>();
  const open: { name: string; text: string }[] = [];
  let root = '';
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw new XmlUnreadable(error.message);
  });
  parser.on('doctype', () => {
    throw new XmlUnreadable('a document type declaration is not wanted');
  });
  parser.on('opentag', ({ name }) => {
    if (open.length >= MAX_DEPTH) throw new XmlUnreadable('nested too deeply');
    root ||= localName(name);
    open.push({ name: localName(name), text: '' });
  });
  const add = (text: string): void => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    const element = open.pop();
    if (element) found.set(element.name, [...(found.get(element.name) ?? []), element.text.trim()]);
  });
  // A byte order mark is no part of the document.
  parser.write(xml.replace(/^\uFEFF/, '')).close();
  return { root, all: (name) => found.get(name) ?? [] };
}
