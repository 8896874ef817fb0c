import {
  bigNumber,
  bytes,
  isList,
  list,
  number,
  sectionName,
  text,
  texts,
  type Node,
  type Untagged,
} from './nodes.js';
import { parseInternalDate } from './quoting.js';

/** One answer to FETCH, as far as it was asked for. */
export interface FetchRow {
  readonly sequence: number;
  readonly uid: number | null;
  readonly flags: readonly string[] | null;
  readonly modseq: bigint | null;
  /** INTERNALDATE in milliseconds since 1970. */
  readonly date: number | null;
  /** RFC822.SIZE in bytes. */
  readonly size: number | null;
  /** THREADID (RFC 8474 5.2). */
  readonly threadId: string | null;
  /** PREVIEW (RFC 8970): the beginning of the text, without markup; null where the server has none at hand. */
  readonly preview: string | null;
  readonly bodyStructure: readonly Node[] | null;
  /** Content by section in upper case: `HEADER`, `1.2`, and '' for the whole message. Null: there is no such section. */
  readonly sections: ReadonlyMap<string, Uint8Array | null>;
  /** BINARY.SIZE by section. */
  readonly binarySizes: ReadonlyMap<string, number>;
}

type Draft = { -readonly [Key in keyof Omit<FetchRow, 'sections' | 'binarySizes'>]: FetchRow[Key] } & {
  sections: Map<string, Uint8Array | null>;
  binarySizes: Map<string, number>;
};

/** UTF-8, as a quoted string or a literal; servers that make none say NIL or nothing at all. */
function previewText(value: Node | undefined): string | null {
  const content = bytes(value);
  return content && content.length > 0 ? Buffer.from(content).toString('utf8') : null;
}

/** What each item of the answer sets. */
const readers: Readonly<
  Record<string, (row: Draft, value: Node | undefined, key: Node | undefined) => void>
> = {
  UID: (row, value) => (row.uid = number(value)),
  FLAGS: (row, value) => (row.flags = texts(value)),
  MODSEQ: (row, value) => (row.modseq = bigNumber(list(value)[0])),
  INTERNALDATE: (row, value) => (row.date = parseInternalDate(text(value) ?? '')),
  'RFC822.SIZE': (row, value) => (row.size = number(value)),
  THREADID: (row, value) => (row.threadId = text(list(value)[0])),
  PREVIEW: (row, value) => (row.preview = previewText(value)),
  BODYSTRUCTURE: (row, value) => (row.bodyStructure = isList(value) ? value : null),
  BODY: (row, value, key) => row.sections.set(sectionName(key) ?? '', bytes(value)),
  'BINARY.SIZE': (row, value, key) => row.binarySizes.set(sectionName(key) ?? '', number(value) ?? 0),
};

/** Reads `* 5 FETCH (UID 7 FLAGS (\Seen) ...)`. Unknown items are skipped. */
export function fetchRow(untagged: Untagged): FetchRow {
  const row: Draft = {
    sequence: Number(untagged.command),
    uid: null,
    flags: null,
    modseq: null,
    date: null,
    size: null,
    threadId: null,
    preview: null,
    bodyStructure: null,
    sections: new Map(),
    binarySizes: new Map(),
  };
  const items = list(untagged.attributes?.[1]);
  for (let index = 0; index + 1 < items.length; index += 2) {
    const key = items[index];
    readers[text(key)?.toUpperCase() ?? '']?.(row, items[index + 1], key);
  }
  return row;
}
