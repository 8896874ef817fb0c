import { WbxmlReader } from '#wbxml';
import { describeTag } from '../code-page.js';

/** An element as it came, whatever it is: no schema has a say. */
export interface WireElement {
  /** `AirSync:SyncKey`. */
  readonly name: string;
  readonly children: readonly WireElement[];
  readonly text: string;
  /** Some of the content came as opaque bytes; `text` has them as Latin-1. */
  readonly isOpaque: boolean;
}

interface Open extends WireElement {
  readonly children: Open[];
  text: string;
  isOpaque: boolean;
}

/** Reads a whole WBXML document by the code pages alone. Throws WbxmlError when it is broken or cut. */
export function wireTree(document: Uint8Array): WireElement {
  const reader = new WbxmlReader(document);
  const root: Open = { name: '', children: [], text: '', isOpaque: false };
  const open = [root];
  for (;;) {
    const top = open.at(-1) ?? root;
    const event = reader.read();
    if (event === 'done') break;
    if (event === 'more') throw new Error('the document is cut');
    if (event === 'start') open.push(begin(top, describeTag(reader.page, reader.token)));
    else if (event === 'end') open.pop();
    else if (event === 'text') top.text += reader.text;
    else {
      top.isOpaque = true;
      top.text += Buffer.from(reader.bytes).toString('latin1');
    }
  }
  const [tree] = root.children;
  if (!tree) throw new Error('the document is empty');
  return tree;
}

function begin(parent: Open, name: string): Open {
  const element: Open = { name, children: [], text: '', isOpaque: false };
  parent.children.push(element);
  return element;
}
