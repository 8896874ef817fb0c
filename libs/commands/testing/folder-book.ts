import type { Handset } from './handset.js';

/** A folder as a phone shows it. */
export interface ShownFolder {
  readonly name: string;
  readonly parent: string;
  readonly type: number;
}

/** The folders as a phone keeps them: the hierarchy's key, and what it was told or did itself. */
export class FolderBook {
  key = '0';
  readonly has = new Map<string, ShownFolder>();

  constructor(private readonly handset: Handset) {}

  /** FolderSync; the commands of the answer: `['Add Work', ...]`. */
  async sync(): Promise<string[]> {
    const { Status, SyncKey, Changes } = await this.handset.ask('FolderSync', { SyncKey: this.key });
    if (Status !== 1) throw new Error(`FolderSync Status ${Status}`);
    this.key = SyncKey ?? this.key;
    const told: string[] = [];
    for (const { ServerId } of Changes?.Delete ?? []) {
      told.push(`Delete ${this.has.get(ServerId)?.name ?? ServerId}`);
      this.has.delete(ServerId);
    }
    for (const kind of ['Update', 'Add'] as const) {
      for (const { ServerId, DisplayName, ParentId, Type } of Changes?.[kind] ?? []) {
        told.push(`${kind} ${DisplayName}`);
        this.has.set(ServerId, { name: DisplayName, parent: ParentId, type: Type });
      }
    }
    return told;
  }

  idOf(name: string): string {
    for (const [id, folder] of this.has) if (folder.name === name) return id;
    throw new Error(`the phone has no folder ${name}`);
  }

  /** The Status; the phone believes what it asked for. `lost`: the answer does not arrive. */
  async create(name: string, parent = '0', type = 12, lost = false): Promise<number> {
    const request = { SyncKey: this.key, ParentId: parent, DisplayName: name, Type: type };
    const { Status, SyncKey, ServerId } = await this.handset.ask('FolderCreate', request);
    if (Status === 1 && !lost) {
      this.key = SyncKey!;
      this.has.set(ServerId!, { name, parent, type });
    }
    return Status;
  }

  async update(id: string, name: string, parent = '0', lost = false): Promise<number> {
    const request = { SyncKey: this.key, ServerId: id, ParentId: parent, DisplayName: name };
    const { Status, SyncKey } = await this.handset.ask('FolderUpdate', request);
    if (Status === 1 && !lost) {
      this.key = SyncKey!;
      this.has.set(id, { type: 12, ...this.has.get(id), name, parent });
    }
    return Status;
  }

  async delete(id: string, lost = false): Promise<number> {
    const { Status, SyncKey } = await this.handset.ask('FolderDelete', { SyncKey: this.key, ServerId: id });
    if (Status === 1 && !lost) {
      this.key = SyncKey!;
      this.has.delete(id);
    }
    return Status;
  }
}
