import { protocolVersions } from '#eas';
import { handledCommands } from './handled-commands.js';

/** What OPTIONS tells of this server (MS-ASHTTP 2.2.1.2.2): the versions, and the commands that work. */
export const serverHeaders = (): Record<string, string> => ({
  'MS-Server-ActiveSync': '16.0',
  'MS-ASProtocolVersions': protocolVersions.join(','),
  'MS-ASProtocolCommands': handledCommands.join(','),
});
