import { link, mkdir, open, rename, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError } from '#backend';
import { formatFileName, uniqueName } from './file-names.js';

export interface Delivery {
  /** INTERNALDATE; now unless given. */
  readonly receivedAt?: Date;
  /** Maildir letters. With any the message lands in cur, without in new. */
  readonly flags?: string;
  /** Bytes announced; another number is refused with `invalid`. */
  readonly size?: number;
}

/** A message that is safely stored in `tmp`, not yet delivered. */
export interface Pending {
  /** Where it waits. */
  readonly path: string;
  /** Puts it in place; it is a mail of the folder from then on. Returns its unique name. */
  commit(): Promise<string>;
  discard(): Promise<void>;
}

/** Creates a folder's three directories where they are missing. */
export async function makeDirectories(folder: string): Promise<void> {
  for (const part of ['tmp', 'new', 'cur']) await mkdir(join(folder, part), { recursive: true, mode: 0o700 });
}

/** Writes a message to `tmp` of the folder, on disk for sure. Leaves nothing behind if that fails. */
export async function prepare(
  folder: string,
  message: AsyncIterable<Uint8Array>,
  delivery: Delivery = {},
): Promise<Pending> {
  const base = uniqueName();
  const path = join(folder, 'tmp', base);
  try {
    await writeMessage(path, message, delivery);
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw asBackendError(error);
  }
  return pending(folder, base, path, delivery);
}

/** The same message for another folder, without a copy where the file system can do that. Null where it cannot. */
export async function prepareLink(folder: string, source: Pending): Promise<Pending | null> {
  const base = uniqueName();
  const path = join(folder, 'tmp', base);
  return link(source.path, path).then(
    () => pending(folder, base, path, {}),
    () => null,
  );
}

/** Writes and delivers one message. Returns its unique name. */
export async function deliver(
  folder: string,
  message: AsyncIterable<Uint8Array>,
  delivery: Delivery = {},
): Promise<string> {
  return (await prepare(folder, message, delivery)).commit();
}

function pending(folder: string, base: string, path: string, { flags = '' }: Delivery): Pending {
  const target =
    flags === '' ? join(folder, 'new', base) : join(folder, 'cur', formatFileName({ base, flags }));
  return {
    path,
    commit: () =>
      rename(path, target).then(
        () => base,
        (error: unknown) => {
          throw asBackendError(error);
        },
      ),
    discard: () => unlink(path).catch(() => undefined),
  };
}

async function writeMessage(
  path: string,
  message: AsyncIterable<Uint8Array>,
  delivery: Delivery,
): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    let size = 0;
    for await (const piece of message) {
      await file.writeFile(piece);
      size += piece.length;
    }
    if (delivery.size !== undefined && delivery.size !== size) {
      throw new BackendError('invalid', `${size} bytes came, ${delivery.size} were announced`, {
        reason: 'size',
      });
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (delivery.receivedAt) await utimes(path, delivery.receivedAt, delivery.receivedAt);
}

const reasons: Readonly<Record<string, { kind: 'gone' | 'unavailable' | 'invalid'; reason: string }>> = {
  ENOENT: { kind: 'gone', reason: 'no-such-folder' },
  ENOTDIR: { kind: 'gone', reason: 'no-such-folder' },
  ENOSPC: { kind: 'unavailable', reason: 'disk-full' },
  EDQUOT: { kind: 'invalid', reason: 'over-quota' },
  EACCES: { kind: 'unavailable', reason: 'permission' },
  EPERM: { kind: 'unavailable', reason: 'permission' },
  EROFS: { kind: 'unavailable', reason: 'read-only' },
  EMFILE: { kind: 'unavailable', reason: 'too-many-files' },
  EIO: { kind: 'unavailable', reason: 'disk' },
};

/** Code of a file system's error (`ENOENT`), or ''. Asks for the property: an error of another realm is no instance. */
export function errorCode(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}

/** A file system's error in the gateway's terms; anything else stays what it is. */
export function asBackendError(error: unknown): unknown {
  const known = reasons[errorCode(error)];
  return known ? new BackendError(known.kind, String(error), { reason: known.reason, cause: error }) : error;
}
