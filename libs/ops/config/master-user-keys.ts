import { z } from 'zod';
import { key } from './declare.js';

/** Somebody who may sign in for everybody. See MasterUser of #backend. */
export const masterUser = () =>
  key(
    z
      .strictObject({
        user: key(z.string().min(1), 'Its name at the server.'),
        password: key(z.string().min(1), 'Its password.', { secret: true }),
        how: key(
          z.enum(['separator', 'authzid']).default('separator'),
          "How the server is told for whom: `separator` by a login of both names (`ada@example.org*master`, Dovecot's `auth_master_user_separator`), `authzid` by SASL PLAIN (Cyrus, Dovecot).",
        ),
        separator: key(
          z.string().min(1).max(1).default('*'),
          'What stands between the two names. A login of a phone that has it in its name is refused.',
        ),
      })
      .optional(),
    "Signs in for the users once their passwords are judged: with it app passwords and access tokens need no password of the mailbox. The mailbox's own password is still judged by a sign-in of its own.",
  );
