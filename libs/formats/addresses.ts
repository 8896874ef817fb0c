import addressparser from 'nodemailer/lib/addressparser';
import { cleanLine } from './clean-text.js';
import { decodeWords } from './encoded-words.js';

/** A mailbox of an address header, decoded. */
export interface MailAddress {
  readonly name: string;
  readonly address: string;
}

/** MS-ASEMAIL 2.2.2.36: an address element has at most 32,768 characters. */
const maximumLength = 32_768;
/** Enough for every list that fits on the wire, and a bound for what a hostile header may cost. */
const maximumHeader = 128 * 1024;

/** Mailboxes of an address header as it stands; groups are dissolved, what has neither name nor address is dropped. */
export function parseAddresses(value: string): MailAddress[] {
  return addressparser(value.slice(0, maximumHeader), { flatten: true })
    .map(({ name, address }) => ({
      name: cleanLine(decodeWords(name)),
      address: cleanLine(address).replace(/[<>\s]/g, ''),
    }))
    .filter(({ name, address }) => name !== '' || address !== '');
}

/** `"Name" <address>` with decoded characters, the form clients parse (MS-ASDTYPE 2.7.3). */
export function formatAddress({ name, address }: MailAddress): string {
  if (name === '' || name === address) return address;
  const quoted = `"${name.replace(/["\\]/g, '\\$&')}"`;
  return address === '' ? quoted : `${quoted} <${address}>`;
}

/** The addresses as one element's text, whole addresses only, never over the length limit. */
export function formatAddresses(addresses: readonly MailAddress[], separator = ', '): string {
  return joinWithin(addresses.map(formatAddress), separator);
}

/** Names for DisplayTo, separated by semicolons (MS-ASEMAIL 2.2.2.29). */
export function displayNames(addresses: readonly MailAddress[]): string {
  return joinWithin(
    addresses.map(({ name, address }) => (name || address).replace(/;/g, ',')),
    '; ',
  );
}

function joinWithin(texts: readonly string[], separator: string): string {
  let length = 0;
  let count = 0;
  for (const text of texts) {
    length += text.length + (count > 0 ? separator.length : 0);
    if (length > maximumLength) break;
    count++;
  }
  return texts.slice(0, count).join(separator);
}
