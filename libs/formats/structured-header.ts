import { Libmime } from 'libmime';

const libmime = new Libmime();

/** A header value with parameters: Content-Type, Content-Disposition. Parameters of RFC 2231 are put together and decoded. */
export interface StructuredHeader {
  /** Lower case, without parameters. */
  readonly value: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const maximumLength = 16 * 1024;

/** Parses leniently; garbage gives an empty value. */
export function parseStructuredHeader(value: string): StructuredHeader {
  const parsed = libmime.parseHeaderValue(value.slice(0, maximumLength));
  return { value: parsed.value.trim().toLowerCase(), parameters: parsed.params };
}
