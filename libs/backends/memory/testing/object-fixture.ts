import type { PimFixture } from '#backend/contract';
import type { ItemCodec } from '#formats';
import { MemoryNameBook, openObjectBackend } from '#objects';
import { MemoryObjectSource } from '../index.js';

export const somebody = async () => ({
  identities: [{ address: 'ada@example.org', displayName: 'Ada' }],
});

/** Objects in memory as the contract sees them; `prepare` sets the source's switches. */
export async function memoryObjectFixture(
  codec: ItemCodec,
  readOnlyText: string,
  prepare: (source: MemoryObjectSource) => void = () => undefined,
): Promise<PimFixture> {
  const source = new MemoryObjectSource(codec.itemClass);
  source.addFolder('Locked', { readOnly: true });
  source.write('Locked', 'locked', readOnlyText);
  prepare(source);
  let handles = 0;
  return {
    backend: openObjectBackend(source, codec, { names: new MemoryNameBook(), owner: somebody }),
    folder: codec.itemClass,
    readOnlyFolder: 'Locked',
    add: async (folder, text) => {
      const handle = `object-${(handles += 1)}${codec.suffix}`;
      source.write(folder, handle, text);
      return handle;
    },
    replace: async (folder, handle, text) => void source.write(folder, handle, text),
    remove: async (folder, handle) => source.erase(folder, handle),
    texts: async (folder) => [...source.texts(folder).values()],
    addFolder: async (name) => source.addFolder(name),
    removeFolder: async (folder) => source.removeFolder(folder),
    forgetHistory: async () => source.forgetTokens(),
    stop: async () => {},
  };
}
