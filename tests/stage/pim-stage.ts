import {
  startDovecot,
  startRadicale,
  startSmtpSink,
  type Dovecot,
  type Radicale,
  type SmtpSink,
} from '../servers/index.js';
import { newUser } from './accounts.js';
import { DavProgram } from './dav-program.js';

/** The servers behind a Godwit whose accounts have all classes: mail and notes in IMAP, the rest in Radicale. */
export interface PimServers {
  readonly dovecot: Dovecot;
  readonly sink: SmtpSink;
  readonly radicale: Radicale;
  /** The tenant's sections beside mail and submission. */
  readonly tenant: Readonly<Record<string, unknown>>;
  /** A new user who has used another program before his phone. */
  newcomer(): Promise<{ user: string; program: DavProgram }>;
  stop(): Promise<void>;
}

const USERS = 300;
const localOf = (user: string): string => user.slice(0, user.indexOf('@'));

export async function startPimServers(): Promise<PimServers> {
  const names = Array.from({ length: USERS }, (_, index) => `user${index + 1}`);
  const [dovecot, sink, radicale] = await Promise.all([
    startDovecot(),
    startSmtpSink(),
    startRadicale(names),
  ]);
  const dav = { url: radicale.url, login: '{local}', timeoutSeconds: 5, pollSeconds: 5 };
  return {
    dovecot,
    sink,
    radicale,
    tenant: {
      contacts: { kind: 'carddav', ...dav },
      calendar: { kind: 'caldav', ...dav },
      tasks: { kind: 'caldav', ...dav },
      notes: { kind: 'imap-notes' },
    },
    newcomer: async () => {
      const user = newUser(dovecot);
      return { user, program: await DavProgram.signIn(radicale, localOf(user)) };
    },
    stop: async () => {
      await Promise.all([dovecot.stop(), sink.stop(), radicale.stop()]);
    },
  };
}
