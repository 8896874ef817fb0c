import fc from 'fast-check';
import { wireBytes } from './wire-bytes.js';

async function through(text: string, size: number): Promise<{ text: string; eightBit: boolean }> {
  const bytes = Buffer.from(text);
  const survey = { eightBit: false };
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const all: Uint8Array[] = [];
  for await (const piece of wireBytes(pieces(), survey)) all.push(piece);
  return { text: Buffer.concat(all).toString(), eightBit: survey.eightBit };
}

it('no line end is hidden from anybody, however the message is cut: CR, LF and NUL never stand alone', async () => {
  const text = fc
    .array(fc.constantFrom('a', '\r\n', '\r', '\n', '\0', '.', 'ü'))
    .map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (source, size) => {
      const wired = await through(source, size);
      expect(wired.text).toBe(source.replaceAll('\0', '').replace(/\r\n|\r|\n/g, '\r\n'));
      expect(wired.eightBit).toBe(source.includes('ü'));
    }),
  );
});
