import { searchText, type MailField, type MailQuery } from '#backend';
import { daysOf } from './kql-dates.js';

export const comparisons = ['>=', '<=', '<>', '=', '<', '>'] as const;
export type Comparison = (typeof comparisons)[number];

/** A restriction to a property: `received>=2026-01-02`, `from:ada`. */
export interface KqlRestriction {
  /** Lower-cased; one that means something here. */
  readonly name: string;
  readonly comparison: Comparison;
  /** Null: a group in parentheses follows. */
  readonly value: string | null;
  /** Where words of such a group are looked for; null for a property that has no words. */
  readonly field: MailField | null;
  /** All of it as it was typed: what is looked for where the value means nothing. */
  readonly text: string;
}

type Meaning = (restriction: KqlRestriction & { readonly value: string }, now: number) => MailQuery | null;

const words = (value: string): string => searchText(value.replace(/^\*+|\*+$/g, ''));

/** Properties whose value is looked for as words, under the names that clients and their users know. */
const fields: Readonly<Record<string, MailField>> = {
  from: 'from',
  sender: 'from',
  author: 'from',
  to: 'to',
  cc: 'cc',
  bcc: 'bcc',
  participants: 'participants',
  subject: 'subject',
  title: 'subject',
  body: 'body',
  content: 'body',
  attachment: 'attachment',
  attachments: 'attachment',
  attachmentnames: 'attachment',
  filename: 'attachment',
};

const truths: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  y: true,
  1: true,
  false: false,
  no: false,
  n: false,
  0: false,
};
const importances: Readonly<Record<string, 0 | 1 | 2>> = {
  low: 0,
  0: 0,
  normal: 1,
  medium: 1,
  1: 1,
  high: 2,
  2: 2,
};
const units: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

const known = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

const unless = (comparison: Comparison, query: MailQuery): MailQuery =>
  comparison === '<>' ? { not: query } : query;

/** A property that is there or not. */
const yesOrNo =
  (make: (is: boolean) => MailQuery): Meaning =>
  ({ value, comparison }) => {
    const is = known(truths, value.toLowerCase());
    return is === undefined ? null : unless(comparison, make(is));
  };

/** Dates in words or digits, alone, compared, or as `from..to`. Sources know when a mail came, not when it was sent. */
const date: Meaning = ({ value, comparison }, now) => {
  const [first = '', last] = value.split('..');
  const from = daysOf(first, now);
  const to = last === undefined ? from : daysOf(last, now);
  if (!from || !to) return null;
  switch (comparison) {
    case '>':
      return { sinceDay: from.end };
    case '>=':
      return { sinceDay: from.start };
    case '<':
      return { beforeDay: from.start };
    case '<=':
      return { beforeDay: from.end };
    case '=':
    case '<>':
      return unless(comparison, { all: [{ sinceDay: from.start }, { beforeDay: to.end }] });
  }
};

function octets(text: string): number | null {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)\s*([kmg]?)b?$/i.exec(text.trim());
  return match ? Math.round(Number(match[1]) * (known(units, match[2]!.toLowerCase()) ?? 1)) : null;
}

const size: Meaning = ({ value, comparison }) => {
  const [first = '', last] = value.split('..');
  const from = octets(first);
  const to = last === undefined ? from : octets(last);
  if (from === null || to === null) return null;
  switch (comparison) {
    case '>':
      return { largerThan: from };
    case '>=':
      return { largerThan: from - 1 };
    case '<':
      return { smallerThan: from };
    case '<=':
      return { smallerThan: from + 1 };
    case '=':
    case '<>':
      return unless(comparison, { all: [{ largerThan: from - 1 }, { smallerThan: to + 1 }] });
  }
};

const everything: MailQuery = { all: [] };
const nothing: MailQuery = { any: [] };

/** Here is only mail to be found. */
const kind: Meaning = ({ value, comparison }) =>
  unless(comparison, /^e-?mails?$/i.test(value) ? everything : nothing);

const importance: Meaning = ({ value, comparison }) => {
  const level = known(importances, value.toLowerCase());
  return level === undefined ? null : unless(comparison, { importance: level });
};

const category: Meaning = ({ value, comparison }) => unless(comparison, { keyword: searchText(value) });

const recipients: Meaning = ({ value, comparison }) => {
  const text = words(value);
  const any = (['to', 'cc', 'bcc'] as const).map((field) => ({ field, text }));
  return text === '' ? null : unless(comparison, { any });
};

const meanings: Readonly<Record<string, Meaning>> = {
  recipients,
  received: date,
  sent: date,
  date,
  size,
  kind,
  importance,
  category,
  categories: category,
  hasattachment: yesOrNo((is) => ({ hasAttachment: is })),
  hasattachments: yesOrNo((is) => ({ hasAttachment: is })),
  isread: yesOrNo((is) => ({ read: is })),
  read: yesOrNo((is) => ({ read: is })),
  unread: yesOrNo((is) => ({ read: !is })),
  isflagged: yesOrNo((is) => ({ flagged: is })),
  flagged: yesOrNo((is) => ({ flagged: is })),
};

export const isProperty = (name: string): boolean =>
  Object.hasOwn(fields, name) || Object.hasOwn(meanings, name);

/** Where the words of a property are looked for; null for one that has no words. */
export const fieldOf = (name: string): MailField | null => known(fields, name) ?? null;

/** What a restriction asks for; null where its value means nothing. */
export function restriction(token: KqlRestriction, now: number): MailQuery | null {
  const { value, field, comparison } = token;
  if (value === null) return null;
  if (field === null) return known(meanings, token.name)?.({ ...token, value }, now) ?? null;
  const text = words(value);
  return text === '' ? null : unless(comparison, { field, text });
}
