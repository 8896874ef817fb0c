import type { Caller, RequestOf, ResponseOf } from './caller.js';
import type { BodyPreference } from './collection.js';
import type { ItemClass } from './hierarchy.js';
import type { CallOptions } from './link.js';
import { UnexpectedAnswer } from './outcome.js';
import type { Timing } from './timing.js';

/** Which results, zero-based and both inclusive. */
type Rows = readonly [first: number, last: number];

export interface SearchOptions extends CallOptions {
  /** Default Email. */
  readonly itemClass?: ItemClass;
  /** Absent: in every folder. */
  readonly collectionIds?: readonly string[];
  readonly deepTraversal?: boolean;
  readonly range?: Rows;
  readonly since?: Date;
  readonly before?: Date;
  readonly bodyPreference?: BodyPreference;
}

export interface GalOptions extends CallOptions {
  readonly range?: Rows;
  /** `{}`: photos within the server's limits. */
  readonly picture?: { readonly MaxSize?: number; readonly MaxPictures?: number };
}

export interface FindOptions extends CallOptions {
  readonly collectionId?: string;
  readonly deepTraversal?: boolean;
  readonly range?: Rows;
  /** The same for the next page. */
  readonly searchId?: string;
}

type SearchStore = NonNullable<ResponseOf<'Search'>['Response']>['Store'];
type FindAnswer = NonNullable<ResponseOf<'Find'>['Response']>;

export interface Hits<Result> {
  /** Of the store, or else of the whole answer. */
  readonly status: number;
  readonly results: readonly Result[];
  /** As the server tells them. */
  readonly range: string | undefined;
  readonly total: number | undefined;
  readonly timing: Timing;
}
export type SearchHits = Hits<NonNullable<SearchStore['Result']>[number]>;
export type FindHits = Hits<NonNullable<FindAnswer['Result']>[number]>;

const rangeOf = (range: Rows | undefined): { Range?: string } =>
  range ? { Range: `${range[0]}-${range[1]}` } : {};

const limit = (Value: Date | undefined) => (Value ? [{ DateReceived: true as const, Value }] : []);

/** Search in mails, or in items of another class, by words. Throws UnexpectedAnswer. */
export function searchMailbox(caller: Caller, text: string, options: SearchOptions): Promise<SearchHits> {
  const {
    itemClass = 'Email',
    collectionIds = [],
    deepTraversal,
    range,
    since,
    before,
    bodyPreference,
    ...call
  } = options;
  const And = {
    Class: [itemClass],
    CollectionId: collectionIds,
    FreeText: text === '' ? [] : [text],
    GreaterThan: limit(since),
    LessThan: limit(before),
  };
  const Options = {
    ...rangeOf(range),
    ...(deepTraversal && { DeepTraversal: true as const }),
    ...(bodyPreference && { BodyPreference: [bodyPreference] }),
  };
  return search(caller, { Store: { Name: 'Mailbox', Query: { And: [And] }, Options } }, call);
}

/** Search in the address book. Throws UnexpectedAnswer. */
export function searchGal(caller: Caller, text: string, options: GalOptions): Promise<SearchHits> {
  const { range, picture, ...call } = options;
  const Options = { ...rangeOf(range), ...(picture && { Picture: picture }) };
  return search(caller, { Store: { Name: 'GAL', Query: { text }, Options } }, call);
}

async function search(caller: Caller, request: RequestOf<'Search'>, call: CallOptions): Promise<SearchHits> {
  const outcome = await caller.command('Search', request, call);
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('Search', outcome);
  const { Status, Response } = outcome.value;
  const { Result = [], Range, Total, Status: status = Status } = Response?.Store ?? {};
  // The one empty Result is none.
  const results = Result.filter((result) => result.Properties !== undefined);
  return { status, results, range: Range, total: Total, timing: outcome.timing };
}

/** Find in mails by KQL (16.1). Throws UnexpectedAnswer. */
export function findMail(caller: Caller, text: string, options: FindOptions): Promise<FindHits> {
  const { collectionId, deepTraversal, range, searchId, ...call } = options;
  const MailBoxSearchCriterion = {
    Query: {
      FreeText: text,
      Class: 'Email',
      ...(collectionId !== undefined && { CollectionId: collectionId }),
    },
    Options: { ...rangeOf(range), ...(deepTraversal && { DeepTraversal: true as const }) },
  };
  return find(caller, { MailBoxSearchCriterion }, searchId, call);
}

/** Find in the address book (16.1). Throws UnexpectedAnswer. */
export function findPeople(
  caller: Caller,
  text: string,
  options: GalOptions & Pick<FindOptions, 'searchId'>,
): Promise<FindHits> {
  const { range, picture, searchId, ...call } = options;
  const Options = { ...rangeOf(range), ...(picture && { Picture: picture }) };
  return find(caller, { GalSearchCriterion: { Query: text, Options } }, searchId, call);
}

async function find(
  caller: Caller,
  ExecuteSearch: RequestOf<'Find'>['ExecuteSearch'],
  SearchId: string = crypto.randomUUID(),
  call: CallOptions,
): Promise<FindHits> {
  const outcome = await caller.command('Find', { SearchId, ExecuteSearch }, call);
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('Find', outcome);
  const { Status, Response } = outcome.value;
  const { Result: results = [], Range, Total, Status: status = Status } = Response ?? {};
  return { status, results, range: Range, total: Total, timing: outcome.timing };
}
