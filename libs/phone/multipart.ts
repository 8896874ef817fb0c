/** MS-ASCMD 2.2.1.10.1.1: a count, then offset and length of each part, all 4 bytes little-endian. */
const WORD = 4;
const MAX_PARTS = 1000;

/** Cuts a multipart answer into its parts, the document first. Throws RangeError when the table lies. */
export function splitMultipart(body: Buffer): [document: Buffer, ...parts: Buffer[]] {
  const count = wordAt(body, 0);
  if (count < 1 || count > MAX_PARTS) throw new RangeError(`a multipart answer of ${count} parts`);
  const parts = Array.from({ length: count }, (_, index) => {
    const offset = wordAt(body, WORD + index * 2 * WORD);
    const length = wordAt(body, 2 * WORD + index * 2 * WORD);
    if (offset + length > body.length) throw new RangeError(`part ${index} lies beyond the answer's end`);
    return body.subarray(offset, offset + length);
  });
  return parts as [Buffer, ...Buffer[]];
}

function wordAt(body: Buffer, position: number): number {
  if (position + WORD > body.length) throw new RangeError('the table of parts is cut off');
  return body.readUInt32LE(position);
}
