import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AUTHORITY,
  CertificateAuthority,
  type Issued,
} from '../../libs/commands/testing/certificate-authority.js';
import {
  startDovecot,
  startSlapd,
  startSmtpSink,
  type Dovecot,
  type SinkMessage,
  type Slapd,
  type SmtpSink,
} from '../servers/index.js';
import { startCluster, startStandalone, type Deployment } from './deployment.js';
import { people } from './people.js';

/** Godwit with all that a company has behind it: mail with Sieve, submission, a directory, a root of certificates. */
export interface MailStage {
  readonly godwit: Deployment;
  readonly dovecot: Dovecot;
  readonly sink: SmtpSink;
  readonly slapd: Slapd;
  /** The root that S/MIME certificates are trusted for, one it has issued, and one that nobody vouches for. */
  readonly certificates: { readonly root: Issued; readonly trusted: Issued; readonly stranger: Issued };
  /** What reached the SMTP server under this subject. */
  received(subject: string): SinkMessage[];
  stop(): Promise<void>;
}

const starts = { standalone: startStandalone, cluster: startCluster } as const;

export async function startMailStage(shape: keyof typeof starts): Promise<MailStage> {
  const [sink, slapd] = await Promise.all([startSmtpSink(), startSlapd({ people: people() })]);
  const dovecot = await startDovecot({
    sieve: true,
    settings: `submission_host = 127.0.0.1:${sink.port}\n`,
  });
  const authority = new CertificateAuthority();
  const root = authority.issue('root', { extensions: AUTHORITY });
  const certificates = {
    root,
    trusted: authority.issue('trusted', { by: root }),
    stranger: authority.issue('stranger'),
  };
  const folder = mkdtempSync(join(tmpdir(), 'godwit-stage-'));
  const roots = join(folder, 'roots.pem');
  writeFileSync(roots, root.pem);
  const godwit = await starts[shape]({
    dovecot,
    sink,
    tenant: {
      directory: { kind: 'ldap', url: slapd.url, base: slapd.people },
      outOfOffice: { kind: 'managesieve', host: dovecot.host, port: dovecot.sievePort, tls: 'none' },
    },
    more: { certificates: { roots } },
  });
  return {
    godwit,
    dovecot,
    sink,
    slapd,
    certificates,
    received: (subject) => sink.messages.filter(({ source }) => source.includes(`Subject: ${subject}\r\n`)),
    stop: async () => {
      await godwit.stop();
      await Promise.all([dovecot.stop(), slapd.stop(), sink.stop()]);
      authority.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Lines of the log that tell of a bug. */
export const bugsOf = ({ gateways, hosts }: Deployment): string[] =>
  [...new Set([...gateways, ...hosts])].flatMap((process) =>
    process
      .output()
      .split('\n')
      .filter((line) => line.includes('"event":"bug"')),
  );
