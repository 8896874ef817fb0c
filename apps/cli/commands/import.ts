import type { Command } from 'commander';
import type { ImportOptions } from '../import/import-zpush.js';
import { withApi } from './options.js';

/** `godwit import`. */
export function registerImport(program: Command): void {
  const imports = program.command('import').description('make known what another server knows');
  withApi(imports.command('zpush'))
    .description('make known the devices of a Z-Push server')
    .argument('<path>', 'its state directory, an SQL dump of its state tables, or its states table as CSV')
    .option('--users <file>', 'YAML or JSON map of user names there to user names here')
    .option('--tenant <name>', 'tenant of all users; else it follows from the domain of the user name')
    .option('--dry-run', 'read everything and ask the server, but change nothing')
    .action(async (path: string, options: ImportOptions) => {
      const { importZPush } = await import('../import/import-zpush.js');
      process.exitCode = await importZPush(path, options);
    });
}
