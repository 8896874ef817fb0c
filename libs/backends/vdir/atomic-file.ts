import { randomBytes } from 'node:crypto';
import { link, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackendError } from '#backend';
import { codeOf } from './file-failure.js';

/** Writes a file beside its place, hidden from all who list the folder, and sees to it that it is on the disk. */
async function writeBeside(path: string, text: string, mode: number | null): Promise<string> {
  const temporary = join(dirname(path), `.godwit-${randomBytes(9).toString('hex')}.tmp`);
  const file = await open(temporary, 'wx', mode ?? 0o666);
  try {
    await file.writeFile(text, 'utf8');
    if (mode !== null) await file.chmod(mode);
    await file.sync();
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
  return temporary;
}

/** The name is on the disk only when its folder is. Some file systems cannot do that for folders. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r').catch(() => null);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

const taken = (): BackendError =>
  new BackendError('conflict', 'there is a file of this name', { reason: 'exists' });

/** Makes a file that was not there. Throws `conflict` if one is. */
export async function createFile(path: string, text: string): Promise<void> {
  const temporary = await writeBeside(path, text, null);
  try {
    await placeNew(temporary, path);
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
  await syncFolder(path);
}

/** Gives a file a name that is free. Throws `conflict` if it is not. */
export async function placeNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw taken();
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP', 'EMLINK'].includes(codeOf(error))) throw error;
    // A file system without links: the name is claimed by an empty file, which is replaced.
    const claim = await open(to, 'wx').catch((cause: unknown) => {
      throw codeOf(cause) === 'EEXIST' ? taken() : cause;
    });
    await claim.close();
    await rename(from, to);
  }
}

/** Puts a text in a file's place at once; `stillTheSame` is asked right before. Throws `conflict` if it is not. */
export async function replaceFile(
  path: string,
  text: string,
  mode: number,
  stillTheSame: () => Promise<boolean>,
): Promise<void> {
  const temporary = await writeBeside(path, text, mode);
  try {
    if (!(await stillTheSame())) throw new BackendError('conflict', 'somebody else changed the file');
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(path);
}
