/** More than any token in use; what is longer is not even looked at. */
const MAX_LENGTH = 16_384;

/** The token of an Authorization header of scheme Bearer (RFC 6750 2.1); null for anything else. */
export function readBearerHeader(header: string | undefined): string | null {
  if (header === undefined || header.length > MAX_LENGTH) return null;
  return /^Bearer +([\w.~+/-]+=*) *$/i.exec(header)?.[1] ?? null;
}
