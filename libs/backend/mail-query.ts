/** Where a search looks for words. `any` is header and body; `participants` is From, To, Cc and Bcc. */
export type MailField =
  'any' | 'subject' | 'from' | 'to' | 'cc' | 'bcc' | 'body' | 'participants' | 'attachment';

/**
 * What a mail search asks for, in terms of IMAP SEARCH (RFC 9051 6.4.4). Words match as substrings without regard to case.
 * Days are days since 1970-01-01, UTC, and speak of INTERNALDATE like FeedEntry.day; with a fraction they are moments, which
 * a source that knows only days widens to days.
 */
export type MailQuery =
  | { readonly all: readonly MailQuery[] }
  | { readonly any: readonly MailQuery[] }
  | { readonly not: MailQuery }
  | { readonly field: MailField; readonly text: string }
  /** Of this day or later. */
  | { readonly sinceDay: number }
  /** Of an earlier day. */
  | { readonly beforeDay: number }
  | { readonly read: boolean }
  | { readonly flagged: boolean }
  | { readonly hasAttachment: boolean }
  /** A category as an IMAP keyword. */
  | { readonly keyword: string }
  /** 0 low, 1 normal, 2 high. */
  | { readonly importance: 0 | 1 | 2 }
  /** Octets of the message. */
  | { readonly largerThan: number }
  | { readonly smallerThan: number };

/**
 * The words of a query as they are looked for: one line, one blank between words. Line ends and NUL, which no header can
 * hold, are blanks. Empty words are in every mail.
 */
export const searchText = (text: string): string =>
  text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .normalize('NFC');
