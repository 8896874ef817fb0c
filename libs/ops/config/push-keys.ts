import { z } from 'zod';
import { key } from './declare.js';
import { optionalSigningSecret } from './signing-secret.js';

/** MS-ASCMD's names of what a source can have. */
const itemClass = z.enum(['Email', 'Calendar', 'Tasks', 'Contacts', 'Notes']);

const dovecot = z.strictObject({
  user: key(
    z
      .string()
      .regex(/^[^:]+$/)
      .default('dovecot'),
    'The name Dovecot signs in with.',
    { expects: 'a name without a colon' },
  ),
  password: key(
    z.string().min(16),
    'The password to it. Letters and digits: it stands in a URL in the configuration of Dovecot.',
    { secret: true, expects: 'at least 16 characters' },
  ),
  driver: key(
    z.enum(['ox', 'lua']).default('ox'),
    '`ox`: Dovecot tells of new mail in the Inbox, once Godwit has asked for it in the mailbox (METADATA, RFC 5464). `lua`: a script there tells of everything, see docs/operate/push.md.',
  ),
  otherFolders: key(
    z.enum(['recheck', 'watch']).default('recheck'),
    'With `driver: ox`, what becomes of folders that Dovecot does not tell of. `recheck`: they are looked at every `recheckSeconds`. `watch`: accounts whose phones wait for them are watched by a connection as well.',
  ),
});

/** How the servers of a tenant tell Godwit what changed, so that it need not watch them. */
export const pushKeys = z.strictObject({
  secret: optionalSigningSecret(
    'Signs the notices that come by `POST /push/changes/NAME-OF-THE-TENANT` (Standard Webhooks): a text, or `whsec_` and Base64. Unless given there is no such way.',
  ),
  dovecot: key(
    dovecot.optional(),
    'Notices of Dovecot itself, by `PUT /push/dovecot/NAME-OF-THE-TENANT`. Unless given there is no such way.',
  ),
  covers: key(
    z.array(itemClass).default(['Email']),
    'Whose changes are told. Sources of these classes are not watched: nothing of an account is open while its phones wait.',
  ),
  recheckSeconds: key(
    z.number().int().min(5).max(86_400).default(900),
    'How often waiting accounts are looked at in spite of that: notices get lost.',
  ),
});

export type PushSettings = z.output<typeof pushKeys>;
