import { rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

/** Another process uses the data directory. */
export class DataDirectoryInUse extends Error {
  override readonly name = 'DataDirectoryInUse';
}

/** Whether a process listens on a Unix socket. One that was killed leaves the file, but nobody answers. */
export function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

/**
 * Makes this process the one that uses a directory, until it ends, however it ends: it listens on a socket there. A lock
 * file would have to be judged by a process id, which may belong to somebody else by now. Throws DataDirectoryInUse.
 */
export async function takeOwnership(directory: string): Promise<{ release(): Promise<void> }> {
  const path = join(directory, 'owner.sock');
  const server = await listen(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    await removeAbandoned(path);
    return listen(path);
  });
  return {
    release: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Takes the file away before looking at it, so that of two processes that find it abandoned only one removes it. */
async function removeAbandoned(path: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  await rename(path, aside);
  if (await isListening(aside)) {
    await rename(aside, path);
    throw new DataDirectoryInUse(
      `another process uses the database in ${path.replace(/\/run\/owner\.sock$/, '')}`,
    );
  }
  await rm(aside, { force: true });
}
