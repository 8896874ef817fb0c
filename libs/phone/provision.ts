import {
  commands,
  POLICY_TYPE,
  type DeviceInformation,
  type EASProvisionDoc,
  type Encodable,
  type Infer,
} from '#eas';
import type { Link } from './link.js';
import { UnexpectedAnswer } from './outcome.js';

type ProvisionDocument = Encodable<typeof commands.Provision.request>;
type ProvisionAnswer = Infer<typeof commands.Provision.response>;

export interface ProvisionResult {
  /** Of the whole answer (MS-ASPROV 2.2.2.54.2); 1 is success. */
  readonly status: number;
  /** Of the policy; 1 success, 2 there is none. */
  readonly policyStatus: number | undefined;
  readonly policy: EASProvisionDoc | undefined;
  /** What the server told the phone to wipe; confirmed already, and `status` is the answer to that. */
  readonly wipe: 'device' | 'account' | null;
}

const SUCCESS = 1;

/**
 * Both phases (MS-ASPROV 3.1.5.1): asks for the policy, then acknowledges it. Leaves the final policy key in the link.
 * Throws UnexpectedAnswer.
 */
export async function provision(link: Link, information: DeviceInformation): Promise<ProvisionResult> {
  const before = link.policyKey;
  link.policyKey = undefined;
  const asked = await send(link, {
    ...(link.identity.version >= 141 && { DeviceInformation: { Set: information } }),
    Policies: { Policy: { PolicyType: POLICY_TYPE } },
  });
  const wipe = wipeOf(asked);
  if (wipe !== null) {
    // The key it had proves who it is, where its password no longer does.
    link.policyKey = before;
    return confirmWipe(link, wipe);
  }
  const offered = asked.Policies?.Policy;
  const policy = offered?.Data?.EASProvisionDoc;
  link.policyKey = offered?.PolicyKey;
  if (asked.Status !== SUCCESS || offered?.Status !== SUCCESS || offered.PolicyKey === undefined) {
    return { status: asked.Status, policyStatus: offered?.Status, policy, wipe: null };
  }
  return { policy, wipe: null, ...(await acknowledge(link, offered.PolicyKey)) };
}

async function acknowledge(
  link: Link,
  temporaryKey: string,
): Promise<Pick<ProvisionResult, 'status' | 'policyStatus'>> {
  const answer = await send(link, {
    Policies: { Policy: { PolicyType: POLICY_TYPE, PolicyKey: temporaryKey, Status: SUCCESS } },
  });
  const final = answer.Policies?.Policy;
  link.policyKey = final?.PolicyKey ?? temporaryKey;
  return { status: answer.Status, policyStatus: final?.Status };
}

async function confirmWipe(link: Link, wipe: 'device' | 'account'): Promise<ProvisionResult> {
  const confirmed = await send(
    link,
    wipe === 'device' ? { RemoteWipe: { Status: SUCCESS } } : { AccountOnlyRemoteWipe: { Status: SUCCESS } },
  );
  return { status: confirmed.Status, policyStatus: undefined, policy: undefined, wipe };
}

function wipeOf(answer: ProvisionAnswer): 'device' | 'account' | null {
  if (answer.RemoteWipe === true) return 'device';
  return answer.AccountOnlyRemoteWipe === true ? 'account' : null;
}

async function send(link: Link, value: ProvisionDocument): Promise<ProvisionAnswer> {
  const { request, response } = commands.Provision;
  const outcome = await link.call({ command: 'Provision', request, response, value });
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('Provision', outcome);
  return outcome.value;
}
