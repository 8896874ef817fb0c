import { join } from 'node:path';

export interface CyrusLayout {
  readonly directory: string;
  /** Folder with the programs. */
  readonly programs: string;
  readonly imapPort: number;
  readonly lmtpPort: number;
  /** CalDAV and CardDAV; null: not started. */
  readonly davPort: number | null;
  /** The system user the server runs as. */
  readonly user: string;
  readonly group: string;
}

/** Folders an instance needs before it starts. */
export const cyrusFolders: readonly string[] = [
  ...['db', 'socket', 'log', 'msg', 'proc', 'lock', 'user', 'quota', 'sieve'].map((name) => `conf/${name}`),
  'spool',
  'search',
  'sock',
];

/** Sent, Drafts and their like are made at the first sign-in, each with its SPECIAL-USE mark. */
const special: readonly string[] = ['Drafts', 'Sent', 'Trash', 'Junk', 'Archive'];

export const imapdConfig = ({ directory, user, group }: CyrusLayout): string => `
servername: cyrus.test
configdirectory: ${join(directory, 'conf')}
defaultpartition: default
partition-default: ${join(directory, 'spool')}
cyrus_user: ${user}
cyrus_group: ${group}
admins: cyrus
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: ${join(directory, 'sasldb2')}
sasl_mech_list: PLAIN LOGIN
virtdomains: userid
defaultdomain: internal
unixhierarchysep: yes
altnamespace: yes
conversations: yes
conversations_db: twoskip
sievedir: ${join(directory, 'conf/sieve')}
sieveusehomedir: no
lmtpsocket: ${join(directory, 'sock/lmtp')}
idlesocket: ${join(directory, 'sock/idle')}
notifysocket: ${join(directory, 'sock/notify')}
search_engine: none
autocreate_quota: 0
autocreate_post: yes
autocreate_inbox_folders: ${special.join('|')}
autocreate_subscribe_folders: ${special.join('|')}
${special.map((name) => `xlist-${name.toLowerCase()}: ${name}`).join('\n')}
expunge_mode: delayed
delete_mode: delayed
skiplist_unsafe: yes
timeout: 60
httpmodules: caldav carddav freebusy webdav
calendar_user_address_set: example.test
calendar_component_set: VEVENT VTODO
httpallowcompress: no
`;

export function masterConfig(layout: CyrusLayout): string {
  const program = (name: string): string =>
    `${join(layout.programs, name)} -C ${join(layout.directory, 'imapd.conf')}`;
  const service = (name: string, command: string, port: number): string =>
    `  ${name} cmd="${command}" listen="127.0.0.1:${port}" prefork=0`;
  return `
START {
  recover cmd="${program('ctl_cyrusdb')} -r"
}
SERVICES {
${service('imap', program('imapd'), layout.imapPort)}
${service('lmtp', `${program('lmtpd')} -a`, layout.lmtpPort)}
${layout.davPort === null ? '' : service('http', program('httpd'), layout.davPort)}
}
DAEMON {
  idled cmd="${program('idled')}"
}
EVENTS {
  checkpoint cmd="${program('ctl_cyrusdb')} -c" period=60
}
`;
}
