import { protocolVersions } from '#eas';
import type { ClientProfile } from '#clients';
import { handledCommands } from './handled-commands.js';

/** Any version will do: what counts is that the header is there. */
const ASP_NET = '4.0.30319';

/** What OPTIONS tells of this server (MS-ASHTTP 2.2.1.2.2): the versions, and the commands that work. */
export const serverHeaders = ({ aspNetVersion }: ClientProfile): Record<string, string> => ({
  ...(aspNetVersion && { 'X-AspNet-Version': ASP_NET }),
  'MS-Server-ActiveSync': '16.0',
  'MS-ASProtocolVersions': protocolVersions.join(','),
  'MS-ASProtocolCommands': handledCommands.join(','),
});
