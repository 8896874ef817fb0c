import { tenantName, type TenantSettings } from '#ops';

/** A login, understood. */
export interface Login {
  /** The account name: lower-cased, with its domain where there is one. */
  readonly user: string;
  readonly local: string;
  /** Lower-cased; empty where the login has none and no default is configured. */
  readonly domain: string;
}

export interface Tenant {
  readonly name: string;
  readonly settings: TenantSettings;
}

/**
 * Understands `user`, `user@domain`, `DOMAIN\user` and Outlook's mix `DOMAIN\user@domain`. A Windows domain counts only
 * if it looks like a DNS name: a NetBIOS name means nothing to a mail server. Null if nothing is left as the user.
 */
export function parseLogin(given: string, defaultDomain?: string): Login | null {
  const text = given.trim().normalize('NFC').toLowerCase();
  const backslash = text.indexOf('\\');
  const windows = backslash < 0 ? '' : text.slice(0, backslash);
  const name = text.slice(backslash + 1);
  const at = name.lastIndexOf('@');
  const local = at < 0 ? name : name.slice(0, at);
  const implied = windows.includes('.') ? windows : (defaultDomain?.toLowerCase() ?? '');
  const domain = at < 0 ? implied : name.slice(at + 1);
  if (local === '' || (at >= 0 && domain === '') || text.length > 320) return null;
  return { user: domain ? `${local}@${domain}` : local, local, domain };
}

/** Fills `{user}`, `{local}` and `{domain}` of a template. */
export function fill(template: string, login: Login): string {
  return template.replace(/\{(user|local|domain)\}/g, (_, name: keyof Login) => login[name]);
}

/** Fills a template that names a file. Null if the login would lead out of the folder the template means. */
export function fillPath(template: string, login: Login): string | null {
  const unsafe = [login.user, login.local, login.domain].some((part) => /^\.|[/\\\0]/.test(part));
  return unsafe ? null : fill(template, login);
}

/** Tells by the domain of a login which tenant it belongs to. */
export class Tenants {
  readonly all: readonly Tenant[];
  private readonly byDomain = new Map<string, Tenant>();
  private readonly wildcard: Tenant | undefined;

  constructor(settings: readonly TenantSettings[]) {
    this.all = settings.map((tenant) => ({ name: tenantName(tenant), settings: tenant }));
    for (const tenant of this.all) {
      for (const domain of tenant.settings.domains.map((name) => name.toLowerCase())) {
        // The first tenant that fits is taken: after a `*` no other is ever reached.
        if (this.wildcard) continue;
        if (domain === '*') this.wildcard = tenant;
        else if (!this.byDomain.has(domain)) this.byDomain.set(domain, tenant);
      }
    }
  }

  find(login: Login): Tenant | null {
    return this.byDomain.get(login.domain) ?? this.wildcard ?? null;
  }

  named(name: string): Tenant | null {
    return this.all.find((tenant) => tenant.name === name) ?? null;
  }
}
