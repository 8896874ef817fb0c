import {
  CommonStatus,
  EasStatusError,
  ProvisionRequest,
  ProvisionResponse,
  type DeviceInformation,
} from '#eas';
import { ProvisionRequired, type ProvisionMessage } from '#device';
import type { ProvisionAnswer, ProvisionRequest as ProvisionQuestion } from '#policy';
import type { CommandContext } from './context.js';
import { readDocument, type BodyContext } from './read-document.js';
import { document, type Reply } from './reply.js';

const INFORMATION_KNOWN = 1;
/** From here on a phone tells of itself when it asks for the policy (MS-ASPROV 2.2.2.53; trap 104). */
const INFORMATION_SINCE = 141;

/** Keeps what a phone tells of itself, for the administrator (trap 104). */
export async function rememberInformation(
  context: Pick<CommandContext, 'asker' | 'devices'>,
  information: DeviceInformation,
): Promise<void> {
  await context.devices.ask(context.asker, { type: 'Information', information: information });
}

const policies = ({ type, status, key, document: rules }: NonNullable<ProvisionAnswer['policy']>) => ({
  Policy: {
    PolicyType: type,
    Status: status,
    ...(key !== undefined && { PolicyKey: key }),
    ...(rules && { Data: { EASProvisionDoc: rules } }),
  },
});

/** What Provision needs of a request: a phone that is to be wiped may ask without being signed in (trap 10). */
export type ProvisionContext = BodyContext & Pick<CommandContext, 'asker' | 'devices'>;

/** What the phone says has become of a wipe. iOS 5 says it before the element, which is empty then. */
function wipedIn(value: ProvisionRequest): ProvisionMessage['wiped'] {
  const { RemoteWipe: device, AccountOnlyRemoteWipe: account } = value;
  const told = account ?? device;
  const status = told && (told.Status ?? value.Status);
  return status === undefined ? undefined : { kind: account ? 'account' : 'device', status };
}

/** A phone that is to be wiped is told so by Provision, not where it only tells of itself. */
function passOnWipe(error: unknown): void {
  if (error instanceof ProvisionRequired && error.status === CommonStatus.RemoteWipeRequested) return;
  throw error;
}

/** What the phone asks for, in the terms of the policy gate; null: nothing but whether there is a wipe. */
const policyAsked = ({ Policies }: ProvisionRequest): ProvisionQuestion | null =>
  Policies?.Policy
    ? {
        policyType: Policies.Policy.PolicyType ?? null,
        policyKey: Policies.Policy.PolicyKey ?? null,
        status: Policies.Policy.Status ?? null,
      }
    : null;

/**
 * MS-ASPROV 3.2.5.1: the policy with a temporary key, then the key for all commands (trap 105); or the order to wipe, and
 * the phone's word that it did (trap 106).
 */
export async function provision(context: ProvisionContext): Promise<Reply> {
  const { value } = await readDocument(context, ProvisionRequest);
  const information = value.DeviceInformation?.Set;
  if (information && !context.asker.unproven)
    await rememberInformation(context, information).catch(passOnWipe);
  const asked = policyAsked(value);
  const isMissing = asked?.status === null && !information && context.version >= INFORMATION_SINCE;
  const wiped = wipedIn(value);
  const told = await context.devices.ask(context.asker, {
    type: 'Provision',
    request: isMissing ? null : asked,
    ...(wiped && { wiped }),
  });
  if (isMissing && !told.wipe) throw new EasStatusError('Provision', CommonStatus.DeviceInformationRequired);
  const answer = told.answer as ProvisionAnswer;
  return document(ProvisionResponse, {
    ...(information && { DeviceInformation: { Status: INFORMATION_KNOWN } }),
    Status: answer.status,
    ...(answer.policy && { Policies: policies(answer.policy) }),
    ...(told.wipe === 'device' && { RemoteWipe: true as const }),
    ...(told.wipe === 'account' && { AccountOnlyRemoteWipe: true as const }),
  });
}
