import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
/** The folder that holds package.json: from dist/apps/assembly, and for tests from apps/assembly. */
const root = [join(here, '..', '..', '..'), join(here, '..', '..')].find((folder) =>
  existsSync(join(folder, 'package.json')),
)!;

export const migrationsFolder = join(root, 'prisma', 'migrations');
/** The built console; not there in a checkout that could not build it. */
export const consoleFolder = join(root, 'dist', 'apps', 'console');
const packageFile = join(root, 'package.json');

/** The version of this Godwit. */
export const version = (): string =>
  (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version;
