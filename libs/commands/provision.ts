import {
  CommonStatus,
  EasStatusError,
  ProvisionRequest,
  ProvisionResponse,
  type DeviceInformation,
} from '#eas';
import type { ProvisionAnswer } from '#policy';
import type { CommandContext } from './context.js';
import { readDocument } from './read-document.js';
import { document, type Reply } from './reply.js';

const INFORMATION_KNOWN = 1;
/** From here on a phone tells of itself when it asks for the policy (MS-ASPROV 2.2.2.53; trap 104). */
const INFORMATION_SINCE = 141;

/** Keeps what a phone tells of itself, for the administrator (trap 104). */
export async function rememberInformation(
  context: CommandContext,
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

/** MS-ASPROV 3.2.5.1: the policy with a temporary key, then the key for all commands (trap 105). */
export async function provision(context: CommandContext): Promise<Reply> {
  const { value } = await readDocument(context, ProvisionRequest);
  const information = value.DeviceInformation?.Set;
  if (information) await rememberInformation(context, information);
  const policy = value.Policies?.Policy;
  if (policy && policy.Status === undefined && !information && context.version >= INFORMATION_SINCE) {
    throw new EasStatusError('Provision', CommonStatus.DeviceInformationRequired);
  }
  const request = policy
    ? {
        policyType: policy.PolicyType ?? null,
        policyKey: policy.PolicyKey ?? null,
        status: policy.Status ?? null,
      }
    : null;
  const told = await context.devices.ask(context.asker, { type: 'Provision', request });
  const answer = told.answer as ProvisionAnswer;
  return document(ProvisionResponse, {
    ...(information && { DeviceInformation: { Status: INFORMATION_KNOWN } }),
    Status: answer.status,
    ...(answer.policy && { Policies: policies(answer.policy) }),
  });
}
