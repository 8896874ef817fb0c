import { isAscii, isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import iconv from 'iconv-lite';
import { asBuffer, latin1 } from './byte-text.js';
import { type CharsetDecoder } from './charset-decoder.js';
import { escapeDecoder, type EscapeCharset } from './escape-charsets.js';
import { Utf7Decoder } from './utf7.js';

/** Labels whose bytes are so often something else that they are checked before they are believed. */
const doubtful = new Set(['', 'utf-8', 'us-ascii', 'windows-1252', 'iso-8859-1', 'iso-8859-15']);

/** Names which neither the WHATWG table nor iconv-lite knows, as mail carries them. */
const aliases: Readonly<Record<string, string>> = {
  '7bit': 'us-ascii',
  '8bit': '',
  ascii: 'us-ascii',
  'ansi_x3.4-1968': 'us-ascii',
  binary: '',
  default: '',
  default_charset: '',
  'unknown-8bit': '',
  unknown: '',
  'x-unknown': '',
  none: '',
  iso8859: 'iso-8859-1',
  'iso-8859-8-i': 'iso-8859-8',
  'iso-8859-8-e': 'iso-8859-8',
  'iso-8859-6-i': 'iso-8859-6',
  'iso-8859-6-e': 'iso-8859-6',
  utf8mb4: 'utf-8',
  'x-utf-8': 'utf-8',
  'unicode-1-1-utf-8': 'utf-8',
  'unicode-1-1-utf-7': 'utf-7',
  'x-unicode-2-0-utf-7': 'utf-7',
  'ks_c_5601-1987': 'euc-kr',
  cp949: 'euc-kr',
  uhc: 'euc-kr',
  'x-windows-949': 'euc-kr',
  'gb_2312-80': 'gbk',
  cp936: 'gbk',
  ms936: 'gbk',
  'x-gbk': 'gbk',
  'gb18030-2000': 'gb18030',
  cp932: 'shift_jis',
  'windows-932': 'shift_jis',
  'windows-31j': 'shift_jis',
  'x-sjis-jp': 'shift_jis',
  cp50220: 'iso-2022-jp',
  cp50221: 'iso-2022-jp',
  cp50222: 'iso-2022-jp',
  'iso-2022-jp-1': 'iso-2022-jp',
  'iso-2022-jp-2': 'iso-2022-jp',
  'iso-2022-jp-3': 'iso-2022-jp',
  'iso-2022-jp-ms': 'iso-2022-jp',
  'eucjp-ms': 'euc-jp',
  'x-euc-jp': 'euc-jp',
  cp51932: 'euc-jp',
  cp950: 'big5',
  'x-big5': 'big5',
  big5hkscs: 'big5-hkscs',
  'x-mac-roman': 'macintosh',
  macroman: 'macintosh',
  'x-mac-ce': 'maccenteuro',
  'x-mac-centraleurroman': 'maccenteuro',
  'x-mac-greek': 'macgreek',
  'x-mac-turkish': 'macturkish',
  'x-mac-croatian': 'maccroatian',
  'x-mac-romanian': 'macromania',
  'x-mac-icelandic': 'maciceland',
  'x-mac-thai': 'macthai',
  'x-windows-874': 'windows-874',
  cp874: 'windows-874',
  tis620: 'tis-620',
  koi8_r: 'koi8-r',
  koi8_u: 'koi8-u',
  cp878: 'koi8-r',
};

const escapeCharsets: Readonly<Record<string, EscapeCharset>> = {
  'iso-2022-kr': 'iso-2022-kr',
  csiso2022kr: 'iso-2022-kr',
  'hz-gb-2312': 'hz-gb-2312',
  hz: 'hz-gb-2312',
  'iso-2022-cn': 'iso-2022-cn',
  'iso-2022-cn-ext': 'iso-2022-cn',
};

function canonical(label: string | null | undefined): string {
  const name = (label ?? '')
    .trim()
    .toLowerCase()
    .replace(/^["']+|["';]+$/g, '')
    .slice(0, 64);
  const known = aliases[name] ?? name;
  if (known === '' || known === 'us-ascii' || known === 'iso-8859-1' || known in escapeCharsets) return known;
  const code = /^(?:windows|win|cp|x-cp|ms)[-_]?(125\d)$/.exec(known)?.[1];
  if (code) return `windows-${code}`;
  const part = /^iso[-_]?8859[-_:]?(\d{1,2})(?:[-_:].*)?$/.exec(known)?.[1];
  if (part) return `iso-8859-${part}`;
  try {
    return new TextDecoder(known).encoding;
  } catch {
    return known;
  }
}

/** Whether bytes of this charset can be decoded at all; an unknown one is guessed. */
export function isKnownCharset(label: string): boolean {
  const name = canonical(label);
  return (
    name !== '' &&
    (doubtful.has(name) || name in escapeCharsets || whatwg(name) !== null || iconv.encodingExists(name))
  );
}

/**
 * A decoder for the charset a part declares. A label that is missing, unknown or one of those senders write without
 * looking (US-ASCII, UTF-8, ISO-8859-1) is only a hint: the bytes decide.
 */
export function charsetDecoder(label: string | null | undefined): CharsetDecoder {
  const name = canonical(label);
  return doubtful.has(name) ? new GuessingDecoder(name) : (certainDecoder(name) ?? new GuessingDecoder(''));
}

/** Decodes bytes that are all at hand; same rules as charsetDecoder. */
export function decodeCharset(bytes: Uint8Array, label: string | null | undefined): string {
  const decoder = charsetDecoder(label);
  return decoder.write(bytes) + decoder.end();
}

function certainDecoder(name: string): CharsetDecoder | null {
  const escaped = escapeCharsets[name];
  if (escaped) return escapeDecoder(escaped);
  if (name === 'utf-7') return new Utf7Decoder();
  const standard = whatwg(name);
  if (standard) return standard;
  if (!iconv.encodingExists(name)) return null;
  const decoder = iconv.getDecoder(name);
  return {
    write: (bytes) => decoder.write(asBuffer(bytes)),
    end: () => decoder.end() ?? '',
  };
}

/** Always as a stream: Node 20 takes windows-1252 for Latin-1 when it is given all bytes at once. */
const streaming = (decoder: TextDecoder): CharsetDecoder => ({
  write: (bytes) => decoder.decode(bytes, { stream: true }),
  end: () => decoder.decode(),
});
const utf8Decoder = (): CharsetDecoder => streaming(new TextDecoder('utf-8'));

function whatwg(name: string): CharsetDecoder | null {
  try {
    return streaming(new TextDecoder(name));
  } catch {
    return null;
  }
}

const sampleSize = 64 * 1024;

/** Passes ASCII through; from the first other byte on it holds back a sample, decides once, and decodes the rest so. */
class GuessingDecoder implements CharsetDecoder {
  private decided: CharsetDecoder | null = null;
  private held: Uint8Array[] = [];
  private heldSize = 0;

  constructor(private readonly declared: string) {}

  write(bytes: Uint8Array): string {
    if (this.decided) return this.decided.write(bytes);
    let plain = 0;
    if (this.heldSize === 0) {
      while (plain < bytes.length && isPlain(bytes[plain])) plain++;
    }
    const text = latin1(bytes.subarray(0, plain));
    if (plain === bytes.length) return text;
    this.held.push(bytes.slice(plain));
    this.heldSize += bytes.length - plain;
    return this.heldSize < sampleSize ? text : text + this.decide(false).text;
  }

  end(): string {
    if (this.decided) return this.decided.end();
    if (this.heldSize === 0) return '';
    const { text, decoder } = this.decide(true);
    return text + decoder.end();
  }

  private decide(complete: boolean): { text: string; decoder: CharsetDecoder } {
    const sample = Buffer.concat(this.held);
    this.held = [];
    const decoder = certainDecoder(guessCharset(sample, this.declared, complete)) ?? utf8Decoder();
    this.decided = decoder;
    return { text: decoder.write(sample), decoder };
  }
}

const escape = 0x1b;
const isPlain = (byte: number | undefined): boolean => byte !== undefined && byte < 0x80 && byte !== escape;

/**
 * The charset these bytes are most likely in; `declared` is one of the doubtful labels or empty. If the sample is not
 * complete, a character cut at its end is no sign against UTF-8.
 */
export function guessCharset(sample: Uint8Array, declared: string, complete: boolean): string {
  if (isAscii(sample)) return guessEscapes(sample);
  if (isUtf8(sample)) return 'utf-8';
  const { multibyte, invalid } = surveyUtf8(sample, complete);
  if (invalid === 0) return 'utf-8';
  // A broken character or two in a UTF-8 text are damage; more broken than whole ones mean another charset.
  if (multibyte > invalid * 2) return 'utf-8';
  return declared === 'iso-8859-15' ? declared : 'windows-1252';
}

function guessEscapes(sample: Uint8Array): string {
  const text = latin1(sample.subarray(0, 4096));
  const esc = String.fromCharCode(escape);
  if (text.includes(`${esc}$)C`)) return 'iso-2022-kr';
  if ([`${esc}$B`, `${esc}$@`, `${esc}(J`, `${esc}(I`].some((sequence) => text.includes(sequence)))
    return 'iso-2022-jp';
  return 'utf-8';
}

/** Counts the well-formed multi-byte characters and the bytes that belong to none. */
function surveyUtf8(bytes: Uint8Array, complete: boolean): { multibyte: number; invalid: number } {
  let multibyte = 0;
  let invalid = 0;
  for (let i = 0; i < bytes.length;) {
    const lead = bytes[i]!;
    i++;
    if (lead < 0x80) continue;
    const wanted = continuationsOf(lead);
    let found = 0;
    while (found < wanted && i < bytes.length && (bytes[i]! & 0xc0) === 0x80) {
      found++;
      i++;
    }
    if (wanted > 0 && (found === wanted || (!complete && i === bytes.length))) multibyte++;
    else invalid++;
  }
  return { multibyte, invalid };
}

/** How many bytes follow this lead byte in UTF-8; 0 if none begins with it. */
function continuationsOf(lead: number): number {
  if (lead >= 0xc2 && lead < 0xe0) return 1;
  if (lead >= 0xe0 && lead < 0xf0) return 2;
  return lead >= 0xf0 && lead < 0xf5 ? 3 : 0;
}
