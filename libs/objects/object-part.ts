import { BackendError, type PartContent } from '#backend';
import { MalformedText, type CodecFile } from '#formats';
import { currentObject, gone, placeOf, type Desk } from './object-desk.js';

/** PartReader: a file in an object, or one that it points to. */
export async function readObjectPart(
  desk: Desk,
  folder: string,
  id: string,
  part: string,
  range?: { first: number; last: number },
): Promise<PartContent> {
  const { name } = await placeOf(desk, folder, id);
  const { text } = await currentObject(desk, folder, name);
  const file = openFile(desk, text, part);
  const bytes = file && ('bytes' in file ? file.bytes : await desk.source.openUrl(file.url));
  if (!file || !bytes) throw gone(`${id}/${part}`);
  const { first, last } = range ?? { first: 0, last: bytes.length - 1 };
  if (range && (first < 0 || first > last || first >= bytes.length)) {
    throw new BackendError('invalid', 'the range lies outside of the file', { reason: 'range' });
  }
  return {
    contentType: file.contentType,
    name: file.name,
    size: bytes.length,
    content: once(bytes.subarray(first, last + 1)),
  };
}

function openFile({ codec }: Desk, text: string, part: string): CodecFile | null {
  try {
    return codec.openFile?.(text, part) ?? null;
  } catch (error) {
    if (error instanceof MalformedText) return null;
    throw error;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
