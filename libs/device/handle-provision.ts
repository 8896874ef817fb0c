import { BackendError } from '#backend';
import { isWipeInForce, StaleState, type DeviceWipe } from '#store';
import { DeviceRefused, ProvisionRequired } from './dependencies.js';
import type { DeviceAnswers, DeviceMessage, ProvisionMessage, RecoveryPasswordMessage } from './messages.js';
import { sameJson } from './same-json.js';
import type { DeviceSession } from './session.js';
import { REPORTS } from './standing.js';

/** The first version with AccountOnlyRemoteWipe (MS-ASPROV 2.2.2.1). */
const ACCOUNT_WIPE_SINCE = 161;

const WIPED = 1;

/** The wipe the device must be told of; null if there is none. */
const wipeOf = ({ device }: DeviceSession): DeviceWipe | null =>
  isWipeInForce(device.control.wipe) ? device.control.wipe : null;

/** For who did not prove who he is, and has nothing to be told: as if nobody had looked. */
export const unproven = (): BackendError => new BackendError('auth', 'the login was refused');

/**
 * A device that is to be wiped may do nothing but ask how (traps 8 to 10): throws ProvisionRequired 140. An account wipe
 * never becomes a full one (trap 106): a device that speaks a version without it is not served at all.
 */
export function requireNoWipe(session: DeviceSession, { type }: DeviceMessage): void {
  const { envelope } = session;
  const wipe = wipeOf(session);
  if (!wipe) {
    if (envelope.unproven) throw unproven();
    return;
  }
  if (REPORTS.has(type)) return;
  if (wipe.kind === 'account' && envelope.protocolVersion < ACCOUNT_WIPE_SINCE) {
    throw envelope.unproven ? unproven() : new DeviceRefused(129);
  }
  if (type !== 'Provision') throw new ProvisionRequired(140);
}

/** One phase of Provision: the wipe, if there is one, else the policy. */
export async function handleProvision(
  session: DeviceSession,
  message: ProvisionMessage,
): Promise<DeviceAnswers['Provision']> {
  const wipe = wipeOf(session);
  if (!wipe) return policy(session, message);
  const told = message.wiped?.kind === wipe.kind && wipe.state !== 'requested' ? message.wiped : null;
  if (!told) return order(session, wipe);
  return told.status === WIPED ? confirmed(session, wipe) : failed(session, wipe);
}

async function policy(
  session: DeviceSession,
  { request }: ProvisionMessage,
): Promise<DeviceAnswers['Provision']> {
  const { deps, device, deviceState, envelope } = session;
  const { exempt } = device.control;
  const { answer, state } = deps.policy.provision(envelope.identity, request, deviceState.policy, exempt);
  if (!sameJson(state, deviceState.policy)) {
    await session.save({ device: { ...deviceState, policy: state } });
    await markPolicy(session);
  }
  return { answer };
}

/** Keeps for the lists how far the device is with its policy, and tells the timeline. */
export async function markPolicy(session: DeviceSession): Promise<void> {
  const { deps, device, deviceState, envelope } = session;
  const mark = deps.policy.mark(envelope.identity, deviceState.policy);
  const { policyId, policyState } = device.policy;
  if (mark.policyId === policyId && mark.policyState === policyState) return;
  await deps.store.markPolicy(device.id, mark);
  session.remember({ policy: mark });
  if (mark.policyState !== 'none')
    await deps.store.addEvent(device.id, `policy-${mark.policyState}`, { policy: mark.policyId });
}

/** Tells the phone to wipe. That it was told is written down first: from then on nobody can cancel it. */
async function order(session: DeviceSession, wipe: DeviceWipe): Promise<DeviceAnswers['Provision']> {
  if (wipe.state === 'requested') {
    // Cancelled meanwhile, or sent by another host: the row as it is now decides.
    if (!(await session.deps.store.stepWipe(wipe.id, 'send'))) throw new StaleState('the wipe changed');
    await moved(session, wipe, 'sent');
  }
  return { answer: { status: 1, policy: null }, wipe: wipe.kind };
}

/** The phone says it is wiped. Without a valid password only its own policy key proves that it is the phone. */
async function confirmed(session: DeviceSession, wipe: DeviceWipe): Promise<DeviceAnswers['Provision']> {
  const { deps, device, deviceState, envelope } = session;
  const answer = { status: 1, policy: null };
  if (envelope.unproven && !deps.policy.isFinalKey(envelope.policyKey, deviceState.policy)) {
    if (await deps.store.doubtWipe(wipe.id)) await tell(session, wipe, 'doubted');
    return { answer };
  }
  if (!(await deps.store.stepWipe(wipe.id, 'confirm', true))) throw new StaleState('the wipe changed');
  session.remember({
    control: { ...device.control, decision: null, standing: 'blocked', standingReason: 'wiped' },
  });
  await moved(session, wipe, 'confirmed');
  return { answer };
}

/** The phone says it could not: recorded, and it is told again (MS-ASPROV 3.2.5.1.2.2). */
async function failed(session: DeviceSession, wipe: DeviceWipe): Promise<DeviceAnswers['Provision']> {
  const isFirst = wipe.state === 'sent' && !session.envelope.unproven;
  if (isFirst && (await session.deps.store.stepWipe(wipe.id, 'fail'))) await moved(session, wipe, 'failed');
  return { answer: { status: 2, policy: null }, wipe: wipe.kind };
}

async function moved(
  session: DeviceSession,
  wipe: DeviceWipe,
  state: 'sent' | 'confirmed' | 'failed',
): Promise<void> {
  session.remember({ control: { ...session.device.control, wipe: { ...wipe, state } } });
  await tell(session, wipe, state);
}

async function tell(
  { deps, device, envelope }: DeviceSession,
  { id, kind }: DeviceWipe,
  what: 'sent' | 'confirmed' | 'failed' | 'doubted',
): Promise<void> {
  deps.events.wipe(envelope.identity, what, kind);
  await deps.store.addEvent(device.id, `wipe-${what}`, { wipe: id, kind });
}

/** Keeps the password that unlocks the phone, where the policy allows it (MS-ASPROV 2.2.2.39). */
export async function handleRecoveryPassword(
  { deps, device, envelope }: DeviceSession,
  { sealed }: RecoveryPasswordMessage,
): Promise<DeviceAnswers['RecoveryPassword']> {
  if (!deps.policy.keepsRecoveryPassword(envelope.identity)) return { kept: false };
  await deps.store.keepRecoveryPassword(device.id, sealed);
  await deps.store.addEvent(
    device.id,
    sealed === null ? 'recovery-password-removed' : 'recovery-password-kept',
    {},
  );
  return { kept: true };
}
