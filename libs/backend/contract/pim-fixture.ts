import type { ItemByClass, ItemDataByClass } from '#eas';
import type { PimClass } from '../item-writer.js';
import type { Backend } from '../port.js';

/** What a source of items that are no mail can do in a test; each is said outright. */
export interface PimContractFeatures {
  /** After a cursor the feed tells only what changed, without listing the folder. */
  readonly deltas: boolean;
  /** The fixture can make the source forget its history (`forgetHistory`). */
  readonly forgetHistory: boolean;
  /** The source keeps texts that are no items (`samples.malformed`). */
  readonly malformed: boolean;
  /** Series without words in ActiveSync are told by their occurrences (`samples.expanded`). */
  readonly expanded: boolean;
  /** Objects lie beside those of other classes in one folder (`samples.foreign`). */
  readonly foreign: boolean;
  /** Items may hold files (`samples.withFile`). */
  readonly files: boolean;
  /** Folders can be created, renamed, moved and deleted. */
  readonly editFolders: boolean;
  /** The fixture has a folder that nobody may write (`readOnlyFolder`). */
  readonly readOnlyFolder: boolean;
  /** CalendarStore. */
  readonly calendarStore: boolean;
  readonly searchItems: boolean;
  /** Nobody writes through the source, and its one folder is always there: a directory. */
  readonly fixed?: true;
}

/** A calendar that can do all there is; sources of other classes take away what these do not have. */
export const everyPimFeature: PimContractFeatures = {
  deltas: true,
  forgetHistory: true,
  malformed: true,
  expanded: true,
  foreign: true,
  files: true,
  editFolders: true,
  readOnlyFolder: true,
  calendarStore: true,
  searchItems: true,
};

/**
 * One account at a fresh source, seen from both sides: the backend under test, and somebody else who works on the stored
 * texts with another program. An object is named by a handle which only the fixture understands.
 */
export interface PimFixture {
  readonly backend: Backend;
  /** Path of a folder of the class that can be written, and is empty at first. */
  readonly folder: string;
  /** Stores a text as a new object; returns its handle. */
  readonly add: (folder: string, text: string) => Promise<string>;
  /** Puts another text in the place of an object's. */
  readonly replace: (folder: string, handle: string, text: string) => Promise<void>;
  readonly remove: (folder: string, handle: string) => Promise<void>;
  /** All texts of a folder, in any order. */
  readonly texts: (folder: string) => Promise<readonly string[]>;
  /** Creates a second folder of the class beside `folder`; returns its path as the backend will tell it. */
  readonly addFolder: (name: string) => Promise<string>;
  readonly removeFolder: (folder: string) => Promise<void>;
  /** Only with the feature of that name. */
  readonly forgetHistory?: (folder: string) => Promise<void>;
  /** Only with the feature of that name: a folder with one item, and with `readOnly` in its listing. */
  readonly readOnlyFolder?: string;
  /** Frees the source, the backend included. */
  readonly stop: () => Promise<void>;
}

/** Items of a class, as texts and as phones write them. A title is what a person knows an item by. */
export interface PimSamples<C extends PimClass = PimClass> {
  readonly itemClass: C;
  /** A text with this title, a UID made of it, and `unknown` in it. */
  readonly text: (title: string) => string;
  /** Something that no phone ever hears of; it must stay in the text whatever phones do. */
  readonly unknown: string;
  /** A new item. */
  readonly data: (title: string) => ItemDataByClass[C];
  /** A change of the title alone. */
  readonly change: (title: string) => ItemDataByClass[C];
  readonly titleOf: (item: ItemByClass[C]) => string | undefined;
  /** With this title in it, but broken. */
  readonly malformed: (title: string) => string;
  /** A series with at least three occurrences around today that are told one by one, and how to see which is which. */
  readonly expanded?: (title: string) => string;
  /** A text that belongs to another class. */
  readonly foreign?: (title: string) => string;
  /** A text with one file of these bytes. */
  readonly withFile?: (title: string, bytes: Uint8Array) => string;
  /** UID that `text` gave. */
  readonly uid: (title: string) => string;
}

export interface PimContractSetup<C extends PimClass = PimClass> {
  readonly features: PimContractFeatures;
  readonly samples: PimSamples<C>;
  /** A fresh account; called before each test. */
  readonly start: () => Promise<PimFixture>;
}
