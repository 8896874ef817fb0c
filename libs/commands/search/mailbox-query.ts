import type { MailQuery, PimClass } from '#backend';
import { SearchStatus, type SearchCriteria, type SearchQuery } from '#eas';
import { parseKql } from './kql.js';

/** What a mailbox search asks for. */
export interface MailboxQuery {
  readonly collections: readonly string[];
  readonly query: MailQuery;
  readonly conversation: Uint8Array | null;
  /** False: it asks only for classes that no mail is of. */
  readonly wantsMail: boolean;
  /** The other classes it names; all of them without a Class (MS-ASCMD 2.2.3.27.5), as far as it asks for nothing that only mail has. */
  readonly itemClasses: readonly PimClass[];
  /** FreeText as words, for the other classes. */
  readonly words: readonly string[];
}

/** MS-ASCMD 2.2.3.27.5. */
const classes: ReadonlySet<string> = new Set(['Tasks', 'Email', 'Calendar', 'Contacts', 'Notes', 'SMS']);

const pimClasses: readonly PimClass[] = ['Contacts', 'Calendar', 'Tasks', 'Notes'];

const DAY = 86_400_000;

type DateLimits = SearchCriteria['GreaterThan'];

/** Days with their fraction: the limits of a search are moments. Null for a limit that says no property or no date. */
function moments(limits: DateLimits): number[] | null {
  const found: number[] = [];
  for (const { DateReceived, Value } of limits ?? []) {
    if (DateReceived !== true || Value === undefined) return null;
    found.push(Value.getTime() / DAY);
  }
  return found;
}

const stands = (list: readonly unknown[] | undefined): boolean => (list?.length ?? 0) > 0;

/** MS-ASCMD 2.2.3.10 and others: criteria stand in one And and nowhere else, or the query is too complex. */
function theAnd(query: SearchQuery): SearchCriteria | number {
  const [and, ...more] = query.And ?? [];
  const loose = [
    query.Class,
    query.CollectionId,
    query.FreeText,
    query.ConversationId,
    query.GreaterThan,
    query.LessThan,
  ];
  if (more.length > 0 || stands(query.Or) || loose.some(stands)) return SearchStatus.tooComplex;
  if (!and || query.EqualTo) return SearchStatus.invalidRequest;
  return stands(and.And) || stands(and.Or) ? SearchStatus.tooComplex : and;
}

/** All FreeText together; a Status if it is too much. */
function wordsOf(texts: readonly string[], now: number): MailQuery[] | number {
  const queries: MailQuery[] = [];
  for (const text of texts) {
    const query = parseKql(text, now);
    if (query === 'too-complex') return SearchStatus.tooComplex;
    if (query !== 'nothing') queries.push(query);
  }
  return queries;
}

/** Reads the Query of a mailbox search, or says by which Status it is refused (MS-ASCMD 2.2.3.177.13). */
export function mailboxQuery(query: SearchQuery, now: number): MailboxQuery | number {
  const and = theAnd(query);
  if (typeof and === 'number') return and;
  const { Class = [], CollectionId = [], FreeText = [], ConversationId = [] } = and;
  const since = moments(and.GreaterThan);
  const before = moments(and.LessThan);
  if (!since || !before || ConversationId.length > 1 || !Class.every((name) => classes.has(name))) {
    return SearchStatus.invalidRequest;
  }
  const words = wordsOf(FreeText, now);
  if (typeof words === 'number') return words;
  const all: MailQuery[] = [
    ...words,
    ...since.map((sinceDay) => ({ sinceDay })),
    ...before.map((beforeDay) => ({ beforeDay })),
  ];
  const [conversation = null] = ConversationId;
  // Words that are none, and nothing else to go by: what the user typed cannot be looked for.
  if (FreeText.length > 0 && all.length === 0 && !conversation) return SearchStatus.invalidRequest;
  const text = freeWords(FreeText);
  return {
    collections: CollectionId,
    query: { all },
    conversation,
    wantsMail: isMailAmong(Class),
    itemClasses: otherClasses(Class, isOfMail(and, text)),
    words: text,
  };
}

const freeWords = (texts: readonly string[]): string[] =>
  texts.flatMap((one) => one.split(/\s+/)).filter((word) => word !== '');

/** It asks for what only mail has, or for no words: no other class is meant beside it. */
const isOfMail = (and: SearchCriteria, text: readonly string[]): boolean =>
  stands(and.ConversationId) || stands(and.GreaterThan) || stands(and.LessThan) || text.length === 0;

function otherClasses(names: readonly string[], isMailAlone: boolean): readonly PimClass[] {
  if (isMailAmong(names) && isMailAlone) return [];
  return names.length === 0 ? pimClasses : pimClasses.filter((name) => names.includes(name));
}

/** Without a Class all are meant. */
const isMailAmong = (names: readonly string[]): boolean => names.length === 0 || names.includes('Email');
