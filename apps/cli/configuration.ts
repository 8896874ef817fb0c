import { ConfigurationError, loadConfiguration } from '#ops';

const EX_CONFIG = 78;

/** `godwit config check`: returns the exit code. */
export function checkConfiguration(path: string | undefined): number {
  try {
    const { configuration, path: read, warnings } = loadConfiguration({ path });
    for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
    const tenants = configuration.tenants.length;
    const source = read ?? 'no file, defaults and environment only';
    process.stdout.write(`${source}: good, ${tenants === 0 ? 'no tenant (demo)' : `tenants: ${tenants}`}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return EX_CONFIG;
  }
}
