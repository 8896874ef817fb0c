import { BackendError, canEditFolders, type Backend } from '#backend';

/** What a trash is called where there is none; every source takes a folder of this name for it. */
const NAME = 'Trash';

/**
 * The folder that deleted mail goes to (trap 50), asked once a request and only if something is deleted. An account that
 * has none is given one, as mail programs do: what the user takes for recoverable must not be gone for good. Null where the
 * source cannot have one.
 */
export async function trashPath(backend: Backend): Promise<string | null> {
  const found = await existing(backend);
  if (found !== null || !canEditFolders(backend)) return found;
  try {
    return (await backend.createFolder(null, NAME, 'Email')).path;
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    // Somebody else was faster, or it is there and means nothing to the source.
    if (error.kind === 'conflict') return existing(backend, NAME);
    if (error.kind === 'invalid' || error.kind === 'unsupported') return null;
    throw error;
  }
}

async function existing(backend: Backend, name?: string): Promise<string | null> {
  try {
    const folders = await backend.folders();
    const trash = folders.find(({ role }) => role === 'trash');
    const named = () => folders.find((folder) => folder.parent === null && folder.name === name);
    return (trash ?? named())?.path ?? null;
  } catch (error) {
    if (error instanceof BackendError && error.kind === 'unsupported') return null;
    throw error;
  }
}
