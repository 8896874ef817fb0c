import type { BackendFolder } from '#backend';

/** Paths of a folder and of all below it. */
export function folderAndBelow(folders: readonly BackendFolder[], path: string): string[] {
  const inside = new Set([path]);
  // Parents come before their children.
  for (const folder of folders)
    if (folder.parent !== null && inside.has(folder.parent)) inside.add(folder.path);
  return [...inside];
}
