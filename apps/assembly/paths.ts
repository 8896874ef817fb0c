import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, from dist/apps/assembly. */
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export const migrationsFolder = join(root, 'prisma', 'migrations');
export const packageFile = join(root, 'package.json');
