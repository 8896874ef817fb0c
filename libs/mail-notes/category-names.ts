import { BackendError, isCategory } from '#backend';
import type { CategoryRow, MailNotesStore } from '#store';

/** Characters; Outlook allows no more. */
const LONGEST_NAME = 255;
/** Names an account may have: each stays for ever, and a phone could think up new ones without end. */
const MOST_NAMES = 1_000;
/** Octets of a keyword; some servers refuse longer ones, and some would keep them in a file's name. */
const LONGEST_KEYWORD = 40;
/** How often an account's table is read again because of one and the same unknown keyword, in milliseconds. */
const PATIENCE = 60_000;
const MOST_UNKNOWN = 200;

/** The colours of Thunderbird, by their names in its English version: what its users see is what phones show. */
const wellKnown: readonly CategoryRow[] = [
  { keyword: '$label1', name: 'Important' },
  { keyword: '$label2', name: 'Work' },
  { keyword: '$label3', name: 'Personal' },
  { keyword: '$label4', name: 'To Do' },
  { keyword: '$label5', name: 'Later' },
];

/** An atom of RFC 9051 that no server or program gives a meaning of its own. */
const isKeyword = (name: string): boolean =>
  /^[!#$&'+\-./0-9:;<=>?@A-Z[^_`a-z|}~]+$/.test(name) && name.length <= LONGEST_KEYWORD && isCategory(name);

const fold = (text: string): string => text.normalize('NFC').toLowerCase();

/**
 * A keyword that says what it can of a name. It always has a `_`: by that it is known as one that may stand for a name,
 * so that other keywords need not be looked up.
 */
export function slugOf(name: string): string {
  const ascii = name
    .normalize('NFKD')
    .replace(/ß/g, 'ss')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .slice(0, LONGEST_KEYWORD - 6);
  const slug = /[A-Za-z0-9]/.test(ascii) ? ascii : 'Category_';
  return slug.includes('_') ? slug : `${slug}_`;
}

/** The names of an account's categories, and the keywords that stand for them. */
class Table {
  private readonly keywords = new Map<string, string>();
  private readonly names = new Map<string, string>();

  constructor(rows: readonly CategoryRow[]) {
    for (const row of [...wellKnown, ...rows]) this.add(row);
  }

  get size(): number {
    return this.names.size;
  }

  add({ keyword, name }: CategoryRow): void {
    this.names.set(keyword.toLowerCase(), name);
    if (!this.keywords.has(fold(name))) this.keywords.set(fold(name), keyword);
  }

  nameOf(keyword: string): string | undefined {
    return this.names.get(keyword.toLowerCase());
  }

  keywordOf(name: string): string | undefined {
    return this.keywords.get(fold(name));
  }

  /** A keyword that is not taken. */
  freeSlug(name: string): string {
    const slug = slugOf(name);
    let free = slug;
    for (let number = 2; this.names.has(free.toLowerCase()); number++) free = `${slug}${number}`;
    return free;
  }
}

const builtIn = new Table([]);

/** Turns the names of categories into keywords and back. What the store says is remembered: reading mail costs no query. */
export class CategoryNames {
  private table: Table | null = null;
  /** Keywords the table did not know, and when it was read for them. */
  private readonly unknown = new Map<string, number>();

  constructor(
    private readonly store: MailNotesStore,
    private readonly account: string,
    private readonly now: () => number,
  ) {}

  /** Keywords as their user calls them, in order. Those of other programs are their own names. Throws StoreUnavailable. */
  async namesOf(keywords: readonly string[]): Promise<string[]> {
    if (keywords.some((keyword) => this.isNews(keyword))) await this.load(keywords);
    const table = this.table ?? builtIn;
    return distinct(keywords.map((keyword) => table.nameOf(keyword) ?? keyword));
  }

  /** The same without asking the store. */
  knownNamesOf(keywords: readonly string[]): string[] {
    const table = this.table ?? builtIn;
    return distinct(keywords.map((keyword) => table.nameOf(keyword) ?? keyword));
  }

  /** What a search for a name is to look for. Throws StoreUnavailable. */
  async searchedFor(name: string): Promise<string> {
    return (
      builtIn.keywordOf(name) ??
      (await this.load([])).keywordOf(name) ??
      (isKeyword(name) ? name : slugOf(name))
    );
  }

  /** The keywords of these names; a name that cannot be one gets one. Throws `invalid`, and StoreUnavailable. */
  async keywordsOf(names: readonly string[]): Promise<string[]> {
    const wanted = distinct(names.map((name) => name.trim().normalize('NFC')).filter((name) => name !== ''));
    const keywords: string[] = [];
    for (const name of wanted) keywords.push(await this.keywordOf(name));
    return distinct(keywords);
  }

  private async keywordOf(name: string): Promise<string> {
    if (name.length > LONGEST_NAME || /[\p{Cc}\p{Cs}]/u.test(name)) {
      throw new BackendError('invalid', 'this cannot be the name of a category', { reason: 'category' });
    }
    const known = builtIn.keywordOf(name) ?? this.table?.keywordOf(name);
    if (known !== undefined) return known;
    const isPlain = isKeyword(name) && builtIn.nameOf(name) === undefined;
    // Only a keyword with `_` may stand for another name.
    if (isPlain && !name.includes('_')) return name;
    const table = await this.load([]);
    return table.keywordOf(name) ?? (isPlain && !table.nameOf(name) ? name : this.named(name, table));
  }

  /** Gives a name a keyword. Other processes may do so at the same time. */
  private async named(name: string, table: Table): Promise<string> {
    if (table.size >= MOST_NAMES) {
      throw new BackendError('invalid', 'the account has too many categories', { reason: 'category' });
    }
    const keyword = table.freeSlug(name);
    if (await this.store.addCategory(this.account, { keyword, name })) {
      table.add({ keyword, name });
      return keyword;
    }
    const fresh = await this.load([]);
    return fresh.keywordOf(name) ?? this.named(name, fresh);
  }

  private isNews(keyword: string): boolean {
    if (!keyword.includes('_') || (this.table ?? builtIn).nameOf(keyword) !== undefined) return false;
    const asked = this.unknown.get(keyword.toLowerCase());
    return asked === undefined || this.now() - asked >= PATIENCE;
  }

  private async load(keywords: readonly string[]): Promise<Table> {
    const table = new Table(await this.store.categories(this.account));
    this.table = table;
    if (this.unknown.size > MOST_UNKNOWN) this.unknown.clear();
    for (const keyword of keywords) {
      if (table.nameOf(keyword) === undefined) this.unknown.set(keyword.toLowerCase(), this.now());
    }
    return table;
  }
}

/** The same name twice, in whatever case, is one. */
function distinct(texts: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const text of texts) if (!seen.has(fold(text))) seen.set(fold(text), text);
  return [...seen.values()];
}
