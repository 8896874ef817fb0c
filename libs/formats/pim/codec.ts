import type { ItemByClass, ItemDataByClass } from '#eas';
import type { ChangeManner, Identity, PimClass, View } from '#backend';

/** Whose items these are: what decides who organizes a meeting and whose answer is meant. */
export interface Owner {
  /** The account's addresses, the main one first; never empty. */
  readonly identities: readonly Identity[];
}

/** What the feed must know of a stored text. */
export interface Survey {
  /** Day of FeedEntry: by it filter windows judge the item. */
  readonly day: number | null;
  /**
   * Null: the text is one item. Else it is a series that ActiveSync has no words for (trap 92), shown as one read-only item
   * for each of these original starts that lie within the horizon.
   */
  readonly occurrences: readonly Date[] | null;
}

/** The span over which series without words in ActiveSync are told one by one. */
export interface Horizon {
  readonly from: Date;
  readonly to: Date;
}

export interface ReadContext {
  readonly view: View;
  readonly owner: Owner;
  /** Original start of the occurrence to show, of a series with `occurrences`; null: the item itself. */
  readonly occurrence: Date | null;
}

export interface WriteContext {
  readonly manner: ChangeManner;
  readonly owner: Owner;
  readonly now: Date;
  /** Original start of the occurrence that is changed (16.0 and later); null: the item itself. */
  readonly instance: Date | null;
  /** Bytes of the attachments the phone adds, by their ClientId: `addedContents` reads them before. */
  readonly contents?: ReadonlyMap<string, Uint8Array>;
}

/** A change as it was worked in. */
export interface WrittenText {
  readonly text: string;
  /** Attachments that were added: the phone's ClientId to the part that `openFile` takes. */
  readonly files: readonly { readonly clientId: string; readonly part: string }[];
}

/** A file that lies in a text, or that the text only points to. */
export type CodecFile = { readonly name: string | null; readonly contentType: string } & (
  { readonly bytes: Uint8Array } | { readonly url: string }
);

/**
 * Between a stored text (a vCard, an iCalendar object) and what phones see of it. Pure; nothing it does not understand is
 * lost by `apply`. Throws MalformedText for a text that is none of its kind, and BackendError `invalid` for a change
 * that the class's rules forbid.
 */
export interface ItemCodec<C extends PimClass = PimClass> {
  readonly itemClass: C;
  /** Suffix and type of a stored text: `.vcf`, `text/vcard; charset=utf-8`. */
  readonly suffix: string;
  readonly contentType: string;
  /** The feed cannot tell `day` without the text. False: day is always null, and no text is ever an expanded series. */
  readonly surveys: boolean;
  survey(text: string, horizon: Horizon): Survey;
  read(text: string, context: ReadContext): ItemByClass[C];
  /** A new text. `uid` is its UID unless the data say otherwise. */
  create(data: ItemDataByClass[C], uid: string, context: WriteContext): WrittenText;
  /** The text with the change worked in. */
  apply(text: string, data: ItemDataByClass[C], context: WriteContext): WrittenText;
  /** The series without this occurrence (Calendar). Throws BackendError `gone` if it has none, `invalid` if this is no series. */
  withoutOccurrence?(text: string, instance: Date, context: Omit<WriteContext, 'instance'>): string;
  /** A file of the item, by the `part` its FileReference named; null if there is none. */
  openFile?(text: string, part: string): CodecFile | null;
  /** Everything a person would search for, as one text in lower case without accents. */
  words(text: string): string;
  /** UID of the text; null if it has none. */
  uidOf(text: string): string | null;
}

/** The text is no vCard or iCalendar object, or is too hostile to be read: the item is set aside, the folder goes on. */
export class MalformedText extends Error {
  override readonly name = 'MalformedText';
}

/** Codes in UTF-16 units beyond which a text is not even parsed. */
export const LONGEST_TEXT = 16 * 1024 * 1024;
