import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The commit of a release that is still out there: GODWIT_FAULT_RELEASE, or the first that promises what is demanded here. Those
 * before it (7e141e0, say) get on with this one as well, but lose by themselves a mark that two set in the same moment.
 */
const RELEASE = process.env.GODWIT_FAULT_RELEASE ?? '2efe006';

/** A release that was built from the project's history. */
export interface OlderRelease {
  /** Undefined where there is no such history: this release stands in for it. */
  readonly checkout: string | undefined;
  remove(): void;
}

const run = (command: string, args: readonly string[], cwd: string): boolean =>
  spawnSync(command, args, { cwd, stdio: 'ignore' }).status === 0;

/** Checks the older release out into a folder of its own and builds it, with the packages of this one. */
export function buildOlderRelease(): OlderRelease {
  const root = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'godwit-older-'));
  const checkout = join(folder, 'checkout');
  const remove = (): void => {
    if (existsSync(checkout)) run('git', ['worktree', 'remove', '--force', checkout], root);
    rmSync(folder, { recursive: true, force: true });
  };
  if (!run('git', ['worktree', 'add', '--detach', checkout, RELEASE], root)) {
    remove();
    return { checkout: undefined, remove: () => undefined };
  }
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  if (!run(process.execPath, ['scripts/build.mjs'], checkout)) {
    remove();
    throw new Error(`the release ${RELEASE} could not be built`);
  }
  return { checkout, remove };
}
