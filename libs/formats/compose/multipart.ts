import { randomBytes } from 'node:crypto';
import { asPart, type MadeEntity, type Segment } from './segments.js';

export const transfer = (eightBit: boolean): string =>
  `Content-Transfer-Encoding: ${eightBit ? '8bit' : '7bit'}`;

/** Parts between delimiters that nobody could foresee. */
export function multipart(
  subtype: 'mixed' | 'related' | 'alternative',
  parts: readonly Segment[][],
  eightBit: boolean,
  parameters = '',
): MadeEntity {
  const boundary = `=_${randomBytes(18).toString('hex')}`;
  const delimiter = (end: string): Buffer => Buffer.from(`\r\n--${boundary}${end}\r\n`);
  return {
    fields: [
      `Content-Type: multipart/${subtype}${parameters};\r\n boundary="${boundary}"`,
      transfer(eightBit),
    ],
    body: [...parts.flatMap((part) => [delimiter(''), ...part]), delimiter('--')],
  };
}

/** The body with what is attached to it; the body alone if nothing is. */
export function mixed(body: MadeEntity, attached: readonly Segment[][], eightBit: boolean): MadeEntity {
  return attached.length === 0 ? body : multipart('mixed', [asPart(body), ...attached], eightBit);
}
