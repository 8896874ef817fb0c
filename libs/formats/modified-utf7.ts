/**
 * Mailbox names on IMAP's and Maildir++'s wire (RFC 9051 A.1): printable ASCII stands for itself, `&` is `&-`, and all
 * else is UTF-16 in a base64 of its own.
 */
export function decodeModifiedUtf7(name: string): string {
  return name.replace(/&([A-Za-z0-9+,]*)-/g, (_, coded: string) => {
    if (coded === '') return '&';
    const bytes = Buffer.from(coded.replace(/,/g, '/'), 'base64');
    return bytes
      .subarray(0, bytes.length & ~1)
      .swap16()
      .toString('utf16le');
  });
}

export function encodeModifiedUtf7(name: string): string {
  return name.replace(/&|[^\x20-\x7e]+/g, (run) => {
    if (run === '&') return '&-';
    const bytes = Buffer.from(run, 'utf16le').swap16();
    return `&${bytes.toString('base64').replace(/\//g, ',').replace(/=+$/, '')}-`;
  });
}
