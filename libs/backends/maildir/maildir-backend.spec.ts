import { mkdtemp, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backendContract, everyFeature, type Fixture, type OutsideFlags } from '#backend/contract';
import { encodeModifiedUtf7 } from '#formats';
import { uniqueName } from './file-names.js';
import { createMailFolder, deliver, MaildirBackend, MaildirStore } from './index.js';

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const letters = ({ seen, flagged }: OutsideFlags): string => (flagged ? 'F' : '') + (seen ? 'S' : '');

const knownKeywords = async (directory: string): Promise<string[]> =>
  (await readFile(join(directory, 'dovecot-keywords'), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ')[1] ?? '');

/** Letters of keywords, which get their numbers in the order in which they come, as Dovecot gives them. */
async function keywordLetters(directory: string, { keywords = [] }: OutsideFlags): Promise<string> {
  if (keywords.length === 0) return '';
  const known = await knownKeywords(directory);
  const all = [...known, ...keywords.filter((keyword) => !known.includes(keyword))];
  const file = join(directory, 'dovecot-keywords');
  await writeFile(`${file}.new`, all.map((keyword, number) => `${number} ${keyword}\n`).join(''));
  await rename(`${file}.new`, file);
  return keywords.map((keyword) => String.fromCharCode(0x61 + all.indexOf(keyword))).join('');
}

/** Another mail program: it knows Maildir and nothing of Godwit. */
async function start(): Promise<Fixture> {
  const root = await mkdtemp(join(tmpdir(), 'godwit-maildir-'));
  const store = new MaildirStore(root);
  await store.prepare();
  const backend = new MaildirBackend(store);
  const directory = (folder: string): string => (folder === 'INBOX' ? root : join(root, `.${folder}`));
  const locate = async (folder: string, base: string): Promise<string> => {
    for (const part of ['new', 'cur']) {
      const name = (await readdir(join(directory(folder), part))).find((file) => file.split(':')[0] === base);
      if (name) return join(directory(folder), part, name);
    }
    throw new Error(`no ${base} in ${folder}`);
  };
  return {
    backend,
    inbox: 'INBOX',
    deliver: async (folder, message, { receivedAt, ...flags } = {}) =>
      deliver(directory(folder), once(message), {
        flags: letters(flags) + (await keywordLetters(directory(folder), flags)),
        ...(receivedAt ? { receivedAt } : {}),
      }),
    setFlags: async (folder, base, flags) =>
      rename(
        await locate(folder, base),
        join(
          directory(folder),
          'cur',
          `${base}:2,${letters(flags)}${await keywordLetters(directory(folder), flags)}`,
        ),
      ),
    flagNames: async (folder) => {
      const [name = ''] = await readdir(join(directory(folder), 'cur'));
      const keywords = await knownKeywords(directory(folder));
      return [...(name.split(':2,')[1] ?? '')].flatMap((letter) =>
        letter === 'D' ? ['\\Draft'] : (keywords[letter.charCodeAt(0) - 0x61] ?? []),
      );
    },
    expunge: async (folder, base) => unlink(await locate(folder, base)),
    move: async (folder, base, target) => {
      const moved = uniqueName();
      await rename(await locate(folder, base), join(directory(target), 'cur', `${moved}:2,`));
      return moved;
    },
    createFolder: (name, parent) => createMailFolder(root, name, parent),
    renameFolder: async (folder, name) => {
      const target = folder.replace(/[^.]*$/, encodeModifiedUtf7(name));
      await rename(directory(folder), directory(target));
      return target;
    },
    deleteFolder: (folder) => rm(directory(folder), { recursive: true }),
    delimiter: '.',
    unnameable: /\//,
    renumber: (folder) => unlink(join(directory(folder), 'godwit-uids')),
    stop: async () => {
      await backend.close();
      await rm(root, { recursive: true });
    },
  };
}

backendContract('maildir', {
  features: everyFeature,
  start,
});
