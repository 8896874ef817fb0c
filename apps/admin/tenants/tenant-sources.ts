import type { Tenant } from '#accounts';

interface Source {
  readonly source: string;
  readonly kind: string;
  readonly where: string;
}

/** A URL without what may be secret in it: a login, a query. */
function bare(url: string): string {
  // Templates of logins stand in these URLs; they are no URLs before they are filled in.
  return url.replace(/\/\/[^/@]*@/, '//').replace(/[?#].*$/, '');
}

function whereOf(settings: object): string {
  const { host, port, url, path } = settings as Partial<Record<string, unknown>>;
  if (typeof url === 'string') return bare(url);
  if (typeof host === 'string') return typeof port === 'number' ? `${host}:${port}` : host;
  return typeof path === 'string' ? path : '';
}

const NAMES = [
  'mail',
  'submission',
  'contacts',
  'calendar',
  'tasks',
  'notes',
  'directory',
  'outOfOffice',
] as const;

/** Where a tenant's sources are, without credentials. */
export function sourcesOf(settings: Tenant['settings']): Source[] {
  return NAMES.flatMap((source) => {
    const one = settings[source];
    return one ? [{ source, kind: 'kind' in one ? String(one.kind) : 'ldap', where: whereOf(one) }] : [];
  });
}
