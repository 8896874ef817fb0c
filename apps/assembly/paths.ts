import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, from dist/apps/assembly. */
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export const migrationsFolder = join(root, 'prisma', 'migrations');
const packageFile = join(root, 'package.json');

/** The version of this Godwit. */
export const version = (): string =>
  (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version;
