import { join } from 'node:path';

/** What Dovecot 2.3.19 offers after sign-in. A server with fewer abilities is one that does not tell of them. */
const capabilities = (
  'IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES THREAD=REFS ' +
  'THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED ' +
  'I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE ' +
  'SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE LITERAL+ NOTIFY SPECIAL-USE'
).split(' ');

const specialFolders: Readonly<Record<string, string>> = {
  Drafts: '\\Drafts',
  Sent: '\\Sent',
  Trash: '\\Trash',
  Junk: '\\Junk',
  Archive: '\\Archive',
};

export interface DovecotLayout {
  readonly directory: string;
  readonly imapPort: number;
  readonly imapsPort: number | null;
  readonly lmtpPort: number;
  readonly sievePort: number | null;
  readonly password: string;
  readonly hide: readonly string[];
  readonly format: 'maildir' | 'sdbox';
  readonly settings: string;
  readonly masterUser: string | null;
}

/** The whole configuration of one private instance: nothing is read from /etc. */
export function dovecotConfig(layout: DovecotLayout): string {
  const { directory } = layout;
  const hidden = new Set(layout.hide.map((capability) => capability.toUpperCase()));
  const isRoot = process.getuid?.() === 0;
  return `
base_dir = ${join(directory, 'run')}
state_dir = ${join(directory, 'state')}
log_path = ${join(directory, 'dovecot.log')}
log_timestamp = "%Y-%m-%d %H:%M:%S.%{usecs} "
protocols = imap lmtp${layout.sievePort === null ? '' : ' sieve'}
listen = 127.0.0.1
${isRoot ? '' : owners()}
mail_location = ${layout.format}:~/mail
mail_home = ${join(directory, 'users')}/%u
mail_uid = ${isRoot ? 'nobody' : String(process.getuid?.())}
mail_gid = ${isRoot ? 'nogroup' : String(process.getgid?.())}
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 10000
mail_fsync = never
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0 secs
default_process_limit = 2000
default_client_limit = 20000
default_vsz_limit = 0
mailbox_list_index = yes
imap_idle_notify_interval = 2 mins
${hidden.size > 0 ? `imap_capability = ${capabilities.filter((name) => !hidden.has(name)).join(' ')}` : ''}
${tlsSettings(layout)}
${layout.masterUser === null ? '' : masters(layout)}
passdb {
  driver = passwd-file
  args = username_format=%u ${join(directory, 'refused')}
  deny = yes
}
passdb {
  driver = static
  args = password=${layout.password}
}
userdb {
  driver = static
  args = uid=${isRoot ? 'nobody' : String(process.getuid?.())} gid=${isRoot ? 'nogroup' : String(process.getgid?.())} home=${join(directory, 'users')}/%u
}
namespace inbox {
  inbox = yes
  separator = /
${Object.entries(specialFolders)
  .map(([name, use]) => mailbox(name, hidden.has('SPECIAL-USE') ? null : use))
  .join('\n')}
}
${layout.sievePort === null ? '' : 'protocol lmtp {\n  mail_plugins = sieve\n}'}
plugin {
  sieve = file:~/sieve;active=~/.dovecot.sieve
}
${services(layout)}
${layout.settings}
`;
}

/** Who signs in for everybody, with a password of his own: `ada*master`, or by an authorization identity. */
const masters = ({ directory }: DovecotLayout): string => `
auth_master_user_separator = *
passdb {
  driver = passwd-file
  args = username_format=%u ${join(directory, 'masters')}
  master = yes
}
`;

const mailbox = (name: string, use: string | null): string =>
  `  mailbox ${name} {\n    auto = subscribe\n${use === null ? '' : `    special_use = ${use}\n`}  }`;

const owners = (): string =>
  `default_internal_user = ${process.env.USER ?? 'nobody'}\ndefault_login_user = ${process.env.USER ?? 'nobody'}`;

function tlsSettings({ directory, imapsPort }: DovecotLayout): string {
  if (imapsPort === null) return 'ssl = no';
  return `ssl = yes\nssl_cert = <${join(directory, 'tls.pem')}\nssl_key = <${join(directory, 'tls.key')}`;
}

function services({ imapPort, imapsPort, lmtpPort, sievePort }: DovecotLayout): string {
  const imaps = imapsPort === null ? 'port = 0' : `port = ${imapsPort}\n    ssl = yes`;
  return `
service imap-login {
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    ${imaps}
  }
  service_count = 0
  process_min_avail = 1
  chroot =
}
service imap {
  process_min_avail = 2
}
# Wrong passwords from one address are answered ever more slowly otherwise, and all tests come from one address.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service lmtp {
  inet_listener lmtp {
    port = ${lmtpPort}
  }
}
${
  sievePort === null
    ? ''
    : `service managesieve-login {
  inet_listener sieve {
    port = ${sievePort}
  }
  service_count = 0
}`
}`;
}
