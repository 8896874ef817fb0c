import { appPasswordDigest, appPasswordIn, drawAppPassword } from '#accounts';
import type { BodyOf, Routes } from '#admin-api';
import { BackendError } from '#backend';
import type { AppPasswordRow } from '#store';
import {
  invalid,
  Refused,
  requireTenant,
  unknown,
  type Call,
  type HandlersOf,
  type Principal,
} from '../call.js';
import type { AdminParts } from '../parts.js';

type OfUser = 'GET /users/{tenant}/{user}/app-passwords';
type MakeForUser = 'POST /users/{tenant}/{user}/app-passwords';
type RemoveOfUser = 'DELETE /users/{tenant}/{user}/app-passwords/{password}';
type Own = 'GET /me/app-passwords' | 'POST /me/app-passwords' | 'DELETE /me/app-passwords/{password}';
type Wanted = BodyOf<Routes[MakeForUser]>;

/** Whose app passwords they are. */
interface Owner {
  readonly tenant: string;
  readonly user: string;
}

/** What a handler needs of its call, whatever the route. */
type Caller = Pick<Call<MakeForUser>, 'principal' | 'address' | 'audit'>;

/** Seconds after which a mail server that is away may be asked again. */
const RETRY_AFTER = 30;

/** Passwords for phones only: made with the mailbox's own, which the mail server judges and which is kept sealed. */
export function appPasswordHandlers(
  parts: AdminParts,
): HandlersOf<OfUser | MakeForUser | RemoveOfUser | Own> {
  const desk = new AppPasswordDesk(parts);
  return {
    'GET /users/{tenant}/{user}/app-passwords': ({ principal, params }) =>
      desk.list(ownerOf(principal, params)),
    'POST /users/{tenant}/{user}/app-passwords': (call) =>
      desk.make(ownerOf(call.principal, call.params), call.body, call),
    'DELETE /users/{tenant}/{user}/app-passwords/{password}': (call) =>
      desk.remove(ownerOf(call.principal, call.params), call.params.password, call.body.reason, call),
    'GET /me/app-passwords': ({ principal }) => desk.list(self(principal)),
    'POST /me/app-passwords': (call) => desk.make(self(call.principal), call.body, call),
    'DELETE /me/app-passwords/{password}': (call) =>
      desk.remove(self(call.principal), call.params.password, call.body.reason, call),
  };
}

class AppPasswordDesk {
  constructor(private readonly parts: AdminParts) {}

  async list({ tenant, user }: Owner) {
    return { items: (await this.parts.stores.appPasswords.list(tenant, user)).map(shown) };
  }

  async make(owner: Owner, wanted: Wanted, caller: Caller) {
    const { core, stores } = this.parts;
    const { appPasswords } = core.accounts;
    if (!appPasswords)
      throw new Refused(
        409,
        'no-secret',
        'App passwords want a `secret` in the configuration, to be sealed with.',
      );
    const expiresAt = wanted.expiresAt === undefined ? null : new Date(wanted.expiresAt);
    if (expiresAt && expiresAt.getTime() <= Date.now()) throw invalid('expiresAt', 'is in the past');
    await this.judge(owner, wanted.password, caller.address);
    const appPassword = drawAppPassword();
    const digest = appPasswordDigest(appPasswordIn(appPassword) ?? '');
    const row = await stores.appPasswords.add({
      ...owner,
      digest,
      name: wanted.name,
      deviceId: wanted.deviceId?.toLowerCase() ?? null,
      sealed: appPasswords.seal(wanted.password, { ...owner, digest }),
      createdBy: caller.principal.name,
      expiresAt,
    });
    await caller.audit({
      action: 'app-password.make',
      ...owner,
      deviceId: row.deviceId,
      target: row.name,
      reason: wanted.reason,
      details: { id: row.id, expiresAt: row.expiresAt?.toISOString() ?? null },
    });
    return { ...shown(row), appPassword };
  }

  async remove(owner: Owner, id: string, reason: string | undefined, caller: Caller): Promise<void> {
    const row = await this.parts.stores.appPasswords.remove(owner.tenant, owner.user, id);
    if (!row) throw unknown('app-password');
    // Every node forgets it, and ends the waits of the account's phones.
    this.parts.bus.publish('account-changed', owner);
    await caller.audit({
      action: 'app-password.remove',
      ...owner,
      deviceId: row.deviceId,
      target: row.name,
      reason,
      details: { id },
    });
  }

  /** The mail server says whether the mailbox's password is right; guesses here are counted as those of phones. */
  private async judge({ tenant, user }: Owner, password: string, address: string): Promise<void> {
    const result = await this.ask(user, password, address);
    if (result.kind === 'refused' && result.retryAfter !== undefined)
      throw new Refused(429, 'too-many-guesses', 'Too many wrong passwords.', undefined, result.retryAfter);
    if (result.kind === 'refused') throw invalid('password', "is not the mailbox's password");
    if (result.account.tenant.name !== tenant || result.account.user !== user) throw unknown('user');
  }

  private async ask(user: string, password: string, address: string) {
    try {
      return await this.parts.core.accounts.authenticateMailbox(user, password, address);
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      throw new Refused(503, 'mail-unavailable', 'The mail server does not answer.', undefined, RETRY_AFTER);
    }
  }
}

function ownerOf(principal: Principal, { tenant, user }: Owner): Owner {
  requireTenant(principal, tenant);
  return { tenant, user: user.toLowerCase() };
}

/** Only who signed in as a user of a tenant has passwords of his own. */
function self({ tenant, user }: Principal): Owner {
  if (tenant === null || user === null) throw new Refused(403, 'forbidden', 'This sign-in is no user.');
  return { tenant, user };
}

const shown = ({ id, name, deviceId, createdBy, createdAt, expiresAt, lastUsedAt }: AppPasswordRow) => ({
  id,
  name,
  deviceId,
  createdBy,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt?.toISOString() ?? null,
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
});
