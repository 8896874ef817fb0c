import type { ItemDataByClass } from '#eas';
import type { Collection, ItemFolder, Phone } from '#phone';
import { randomUUID } from 'node:crypto';
import { StepFailed, type Finding } from './step.js';
import { classWords, trialItems, type PimClass } from './trial-items.js';

const WINDOW = 100;
const PAGES_LIMIT = 100;
const UID_FROM_SERVER = 160;

/** Examines the folders of one class; the phone has to know its folders. */
export class ClassCheck {
  readonly #words: (typeof classWords)[PimClass];

  constructor(
    readonly phone: Phone,
    readonly itemClass: PimClass,
  ) {
    this.#words = classWords[itemClass];
  }

  /** Whether the account has any of it. */
  get exists(): boolean {
    return this.phone.hierarchy.ofClass(this.itemClass).length > 0;
  }

  /** Syncs every folder for the first time. Writes nothing. */
  async read(): Promise<Finding> {
    const folders = this.phone.hierarchy.ofClass(this.itemClass);
    let items = 0;
    const advice: string[] = [];
    for (const { id, name } of folders) {
      const collection = this.phone.collection(id);
      await this.#load(collection, name);
      items += collection.items.size;
      const [anomaly] = collection.mailbox.anomalies;
      if (anomaly) advice.push(`The server broke the protocol in "${name}": ${anomaly.kind}.`);
    }
    const count = `${items} ${items === 1 ? this.#words.one : this.#words.many}`;
    return {
      detail: `${count} in ${folders.length === 1 ? '1 folder' : `${folders.length} folders`}`,
      advice,
    };
  }

  async #load(collection: Collection, name: string): Promise<void> {
    let result = await collection.sync({ window: WINDOW });
    for (let page = 1; result.more && result.status === 1 && page < PAGES_LIMIT; page++) {
      result = await collection.sync({ window: WINDOW });
    }
    if (result.status !== 1) throw this.#failure(`reading "${name}"`, result.status);
  }

  /** Adds an item to the class's first folder, changes it, looks at it, and removes it. */
  async write(): Promise<Finding> {
    const { itemClass, phone } = this;
    // The default folder is the first.
    const [first] = phone.hierarchy.ofClass(itemClass);
    const folder = phone.itemFolder(itemClass, first?.id);
    const title = `doctor ${randomUUID()}`;
    const make = trialItems(new Date(), phone.versionNumber >= UID_FROM_SERVER ? null : title)[itemClass];
    const item = (text: string): ItemDataByClass[PimClass] => make(title, `${WHAT_IT_IS} ${text}`);
    const { status, serverId } = await folder.add(item('Just made.'));
    if (status !== 1 || serverId === undefined) throw this.#failure('adding', status);
    try {
      const changed = await folder.change(serverId, item('Changed.'));
      if (changed.status !== 1) throw this.#failure('changing', changed.status);
      await this.#see(folder, serverId);
    } finally {
      // Also after a failure: nothing is to be left behind.
      await folder.delete(serverId);
    }
    await this.#expectGone(folder, serverId);
    const where = first?.name ?? this.#words.many;
    const { one } = this.#words;
    const article = /^[aeiou]/.test(one) ? 'an' : 'a';
    return { detail: `${article} ${one} in "${where}": added, changed, seen again, removed` };
  }

  async #see(folder: ItemFolder<PimClass>, serverId: string): Promise<void> {
    const { status, body } = await this.phone.fetchItem(folder.collection, serverId);
    if (status !== 1) throw this.#failure('fetching', status);
    if (body?.includes('Changed.') === true) return;
    throw new StepFailed(`The ${this.#words.one} was changed, and is not seen as it was changed.`, [
      `The server takes changes of ${this.#words.many} and does not keep them: its log may tell why.`,
    ]);
  }

  async #expectGone({ collection }: ItemFolder<PimClass>, serverId: string): Promise<void> {
    const { status } = await collection.sync({ window: WINDOW });
    if (status !== 1) throw this.#failure('removing', status);
    if (!collection.items.has(serverId)) return;
    throw new StepFailed(`The ${this.#words.one} "${WHAT_IT_IS}" was removed, and came back.`, [
      'Nobody may delete there, it seems. Please remove it by hand.',
    ]);
  }

  #failure(doing: string, status: number): StepFailed {
    const { many, key } = this.#words;
    const [meaning, ...advice] = meaningOf(status, many, key);
    return new StepFailed(`${this.itemClass}, ${doing}: Status ${status}, ${meaning}.`, advice);
  }
}

const WHAT_IT_IS = 'A test by "godwit doctor --write". You may delete it.';

function meaningOf(status: number, many: string, key: string): readonly [string, ...string[]] {
  switch (status) {
    case 5:
      return [
        `the server failed, mostly because the source of the ${many} is down or refuses login or password`,
        `Godwit: look at \`${key}\` of the tenant (address, login, password or token), and at the log at this moment.`,
        'Everything else goes on without it.',
      ];
    case 6:
      return ['the server does not take this item', `The ${many} may be read-only, or not to be kept there.`];
    case 7:
      return ['the server kept its own version', `The ${many} may be read-only.`];
    case 12:
      return ['the folder it has just listed is gone', 'Its list of folders may be old: try again.'];
    default:
      return ['the server refuses', 'The log of the server at this moment tells more.'];
  }
}
