/** Opens the embedded database of a directory and waits to be killed, for the tests of what is left behind then. */
import { openDatabase } from '../index.js';

async function main(directory = ''): Promise<void> {
  const database = await openDatabase({ embedded: directory });
  await database.devices.create(
    { tenant: 't', user: 'u', deviceId: 'd' },
    { deviceType: 'x', userAgent: 'x' },
    'kept',
  );
  process.on('message', () => void database.close().then(() => process.exit(0)));
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

main(process.argv[2]).catch((error: unknown) => {
  process.send?.(error instanceof Error ? error.name : 'unknown');
  process.exit(1);
});
