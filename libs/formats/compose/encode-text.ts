import { domainToASCII } from 'node:url';
import { cleanLine } from '../clean-text.js';

/** Bytes of UTF-8 in one encoded word, so that the word keeps below 75 characters (RFC 2047 2). */
const wordBytes = 45;

const plain = /^[\x20-\x7e]*$/;

/**
 * Text as the value of an unstructured field or a display name (RFC 2047): as it is if it is plain ASCII, else as encoded
 * words on lines of their own. Line ends and other controls become spaces, so that no text can begin another field.
 */
export function encodeHeaderText(text: string): string {
  const line = cleanLine(text);
  // What looks like an encoded word and is none would be decoded by the reader.
  if (plain.test(line) && !line.includes('=?')) return line;
  const words: string[] = [];
  let word = '';
  let size = 0;
  const end = (): void => {
    if (word !== '') words.push(`=?UTF-8?B?${Buffer.from(word, 'utf8').toString('base64')}?=`);
    word = '';
    size = 0;
  };
  for (const character of line) {
    const length = Buffer.byteLength(character);
    if (size + length > wordBytes) end();
    word += character;
    size += length;
  }
  end();
  return words.join('\r\n ');
}

/** `Name <address>` for a header; the address must be ASCII or be sent with SMTPUTF8. */
export function encodeMailbox(name: string, address: string): string {
  const line = cleanLine(name);
  if (line === '') return `<${address}>`;
  const phrase =
    plain.test(line) && !line.includes('=?') ? `"${line.replace(/["\\]/g, '\\$&')}"` : encodeHeaderText(line);
  return `${phrase} <${address}>`;
}

const attributeCharacter = /[A-Za-z0-9!#$&+.^_`|~-]/;

/** A file name as a parameter, by RFC 2231 where it is not plain: `; filename="a.txt"`, without line ends. */
export function encodeParameter(name: string, value: string): string {
  const line = cleanLine(value).slice(0, 200);
  if (plain.test(line)) return `; ${name}="${line.replace(/["\\]/g, '\\$&')}"`;
  const encoded = Array.from(Buffer.from(line.replace(/\p{Surrogate}/gu, ''), 'utf8'), (byte) => {
    const character = String.fromCharCode(byte);
    return attributeCharacter.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
  return foldParameter(name, encoded);
}

const sectionLength = 60;

/** A value over one line's length in numbered sections (RFC 2231 3); no escape is cut in two. */
function foldParameter(name: string, encoded: string): string {
  const sections = encoded.match(new RegExp(`(?:%[0-9A-F]{2}|[^%]){1,${sectionLength}}`, 'g')) ?? [''];
  if (sections.length === 1) return `;\r\n ${name}*=utf-8''${encoded}`;
  return sections
    .map((section, index) => `;\r\n ${name}*${index}*=${index === 0 ? "utf-8''" : ''}${section}`)
    .join('');
}

/**
 * The address with its domain in ASCII (RFC 5891), as every server takes it; the local part has no such form. A domain that
 * is none stays as it is.
 */
export function asciiDomain(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = domainToASCII(address.slice(at + 1));
  return at < 0 || domain === '' ? address : address.slice(0, at + 1) + domain;
}
