import { besideMail, type Backend, type ItemClass, type PimClass } from '#backend';
import { MemoryObjectSource } from '#backends/memory';
import { contactCodec, eventCodec, noteCodec, taskCodec, type ItemCodec } from '#formats';
import { MemoryNameBook, openObjectBackend } from '#objects';

const codecs: Readonly<Record<PimClass, ItemCodec>> = {
  Contacts: contactCodec,
  Calendar: eventCodec,
  Tasks: taskCodec,
  Notes: noteCodec,
};

/** An account's sources beside its mail, in memory. */
export class PimSources {
  private readonly sources = new Map<PimClass, Backend>();
  /** Fails everything of a class by what it returns. */
  fault: (itemClass: PimClass) => Error | null = () => null;

  constructor(private readonly now: () => number) {}

  get itemClasses(): readonly ItemClass[] {
    return [...this.sources.keys()];
  }

  /** Gives the account a source of the class, with its default folder; before any phone asks. */
  add(itemClass: PimClass, options: { readonly editable?: boolean } = {}): MemoryObjectSource {
    const source = new MemoryObjectSource(itemClass, itemClass, options);
    const backend = openObjectBackend(source, codecs[itemClass], {
      names: new MemoryNameBook(),
      owner: async () => ({ identities: [{ address: 'ada@example.org', displayName: 'Ada' }] }),
      now: () => new Date(this.now()),
    });
    this.use(itemClass, besideMail(backend));
    return source;
  }

  /** Gives the account a backend of the class as it is. */
  use(itemClass: PimClass, backend: Backend): void {
    this.sources.set(itemClass, backend);
  }

  /** Undefined if there is none. */
  backend(itemClass: PimClass): Backend | undefined {
    const error = this.fault(itemClass);
    if (error) throw error;
    return this.sources.get(itemClass);
  }
}
