import type { DeviceInformation } from '#eas';
import type { Caller, ResponseOf } from './caller.js';
import { UnexpectedAnswer } from './outcome.js';

export interface UserInformation {
  /** Of the whole answer, or else of the part. */
  readonly status: number;
  readonly addresses: readonly string[];
  readonly primaryAddress: string | undefined;
  readonly displayName: string | undefined;
}

/** The account's own addresses (Settings UserInformation). Throws UnexpectedAnswer. */
export async function userInformation(caller: Caller): Promise<UserInformation> {
  const outcome = await caller.command('Settings', [{ UserInformation: { Get: true } }]);
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('Settings', outcome);
  for (const part of outcome.value) {
    if ('UserInformation' in part) return informationOf(part.UserInformation);
  }
  return { status: outcome.status ?? 0, addresses: [], primaryAddress: undefined, displayName: undefined };
}

type Part = Extract<ResponseOf<'Settings'>[number], { UserInformation: unknown }>['UserInformation'];

function informationOf({ Status = 1, Get }: Part): UserInformation {
  const account = Get?.Accounts?.Account?.[0];
  // Up to 14.0 the addresses stand outside of accounts.
  const found = Get?.EmailAddresses ?? account?.EmailAddresses;
  const addresses = found?.SMTPAddress ?? [];
  return {
    status: Status,
    addresses,
    primaryAddress: found?.PrimarySmtpAddress ?? addresses[0],
    displayName: account?.UserDisplayName,
  };
}

/** Tells the server what device this is (14.0; later versions do it in Provision). Returns the Status. */
export async function tellInformation(caller: Caller, information: DeviceInformation): Promise<number> {
  const outcome = await caller.command('Settings', [{ DeviceInformation: { Set: information } }]);
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('Settings', outcome);
  return outcome.status ?? 0;
}
