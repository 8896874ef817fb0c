/** The memory as the contract's suite sees it, for itself and for what is put before a source. */
import { everyFeature, type ContractFeatures, type Fixture } from '#backend/contract';
import { MemoryBackend, MemoryMailbox } from '../index.js';

export const memoryFeatures: ContractFeatures = everyFeature;

/** A fresh mailbox, and the hands of somebody else in it. */
export async function memoryFixture(): Promise<Fixture> {
  const mailbox = new MemoryMailbox();
  const mail = (folder: string, id: string) => {
    const found = mailbox.folder(folder).find(id);
    if (!found) throw new Error(`no ${id} in ${folder}`);
    return found;
  };
  return {
    backend: new MemoryBackend(mailbox),
    inbox: 'Inbox',
    deliver: async (folder, message, { receivedAt, ...flags } = {}) =>
      mailbox.deliver(folder, message, { flags, ...(receivedAt ? { receivedAt } : {}) }),
    flagNames: async (folder) =>
      mailbox
        .folder(folder)
        .mails()
        .slice(0, 1)
        .flatMap(({ flags }) => [...(flags.draft ? ['\\Draft'] : []), ...flags.keywords]),
    setFlags: async (folder, id, flags) => mailbox.folder(folder).setFlags(mail(folder, id), flags),
    expunge: async (folder, id) => void mailbox.folder(folder).remove(id),
    move: async (folder, id, target) => {
      const moving = mail(folder, id);
      mailbox.folder(folder).remove(id);
      return mailbox.folder(target).add(moving.message, moving);
    },
    createFolder: async (name, parent) => mailbox.createFolder(parent === null ? name : `${parent}/${name}`),
    renameFolder: async (folder, name) => mailbox.renameFolder(folder, folder.replace(/[^/]*$/, name)),
    deleteFolder: async (folder) => mailbox.deleteFolder(folder),
    renumber: async (folder) => mailbox.folder(folder).renumber(),
    delimiter: '/',
    stop: async () => {},
  };
}
