import fc from 'fast-check';
import { decodeTransfer } from '../transfer-encoding.js';
import { base64Lines, quotedPrintable } from './quoted-printable.js';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function gather(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of source) all.push(piece);
  return Buffer.concat(all);
}
const text = fc
  .array(fc.constantFrom('a', 'From ', ' ', '\t', '\r\n', '\r', '.', '=', 'ü', 'x'.repeat(80)))
  .map((parts) => Buffer.from(parts.join('')));

it.each([
  ['quoted-printable', quotedPrintable],
  ['base64', base64Lines],
] as const)('%s comes back as it went, in short lines of ASCII, however it is cut', async (name, encode) => {
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 100 }), async (bytes, size) => {
      const encoded = await gather(encode(pieces(bytes, size)));
      for (const line of encoded.toString('latin1').split('\r\n')) {
        expect(line.length).toBeLessThanOrEqual(76);
        expect(line).toMatch(/^[\x20-\x7e\t]*$/);
        expect(line).not.toMatch(/[ \t]$|^From /);
      }
      const decoded = await gather(decodeTransfer(pieces(encoded, size), name));
      expect(decoded.toString()).toBe(bytes.toString());
    }),
  );
});
