import { BackendError, type BackendErrorKind, type OutOfOffice, type OutOfOfficeState } from '#backend';
import { SettingsStatus, type SettingsAnswer, type SettingsPart } from '#eas';
import type { CommandContext } from '../context.js';
import { OofRefusal, readBodyType, readMessages, writeMessages } from './oof-message.js';

type OofRequest = Extract<SettingsPart, { Oof: unknown }>['Oof'];
type OofAnswer = Extract<SettingsAnswer, { Oof: unknown }>['Oof'];
type Get = NonNullable<OofRequest['Get']>;
type Set = NonNullable<OofRequest['Set']>;

/** MS-ASCMD 2.2.3.124, in the order of their numbers. */
const states = ['disabled', 'global', 'timed'] as const;

/**
 * The Oof part of Settings (MS-ASCMD 2.2.3.122). Whatever is wrong with it is told in its own Status: a server of automatic
 * replies that is down must not take the other parts with it.
 */
export async function oof({ account, events }: CommandContext, request: OofRequest): Promise<OofAnswer> {
  const lease = account.lease();
  try {
    return await carryOut(await lease.outOfOffice(), request);
  } catch (error) {
    if (error instanceof OofRefusal) return { Status: error.status };
    if (!(error instanceof BackendError)) throw error;
    if (!isOfRequest(error)) events.serviceFailed('outOfOffice', error.message);
    return { Status: statusOf[error.kind] };
  } finally {
    lease.release();
  }
}

/**
 * `auth` is no reason to doubt the phone's password: its mail source just accepted it. Only a server that knows other
 * passwords refuses here.
 */
const statusOf: Readonly<Record<BackendErrorKind, number>> = {
  auth: SettingsStatus.accessDenied,
  unsupported: SettingsStatus.accessDenied,
  unavailable: SettingsStatus.serverUnavailable,
  throttled: SettingsStatus.serverUnavailable,
  gone: SettingsStatus.serverUnavailable,
  conflict: SettingsStatus.conflictingArguments,
  invalid: SettingsStatus.invalidArguments,
};

/** What was asked cannot be done, by no fault that an administrator could mend. */
const isOfRequest = ({ kind }: BackendError): boolean => kind === 'conflict' || kind === 'invalid';

async function carryOut(source: OutOfOffice | null, { Get, Set }: OofRequest): Promise<OofAnswer> {
  if (Set) {
    // Without a place to keep one there is no message, and none can be set.
    if (!source) return { Status: SettingsStatus.accessDenied };
    await set(source, Set);
    return { Status: SettingsStatus.success };
  }
  if (!Get) return { Status: SettingsStatus.protocolError };
  return { Status: SettingsStatus.success, Get: await get(source, Get) };
}

async function get(source: OutOfOffice | null, { BodyType }: Get): Promise<NonNullable<OofAnswer['Get']>> {
  // "The BodyType element MUST be present (with a non-NULL value)": there is no default value.
  if (!BodyType) throw new OofRefusal(SettingsStatus.protocolError, 'no BodyType');
  const type = readBodyType(BodyType);
  if (!source) return { OofState: states.indexOf('disabled') };
  const { state, start, end, messages } = await source.get();
  return {
    OofState: states.indexOf(state),
    ...(state === 'timed' && start && end && { StartTime: start, EndTime: end }),
    OofMessage: writeMessages(messages, type),
  };
}

async function set(source: OutOfOffice, request: Set): Promise<void> {
  const period = periodOf(request);
  const now = await source.get();
  const messages = readMessages(request.OofMessage ?? [], now.messages);
  const { OofState } = request;
  const state = OofState === undefined ? now.state : states[OofState];
  if (!state) throw new OofRefusal(SettingsStatus.invalidArguments, `no such OofState: ${OofState}`);
  if (state !== 'timed') {
    // Times that come with another state are not stored, and are no error (MS-ASCMD 2.2.3.124).
    await source.set({ state, messages });
    return;
  }
  const times = period ?? (OofState === undefined ? periodNow(now) : null);
  if (!times) throw new OofRefusal(SettingsStatus.conflictingArguments, 'OofState 2 without times');
  if (times.end <= times.start) {
    throw new OofRefusal(SettingsStatus.conflictingArguments, 'an end before the start');
  }
  await source.set({ state, ...times, messages });
}

interface Period {
  readonly start: Date;
  readonly end: Date;
}

/** One time without the other is Status 2 (MS-ASCMD 2.2.3.61.2, 2.2.3.176.2). */
function periodOf({ StartTime, EndTime }: Set): Period | null {
  if (StartTime && EndTime) return { start: StartTime, end: EndTime };
  if (!StartTime && !EndTime) return null;
  throw new OofRefusal(SettingsStatus.protocolError, 'one of StartTime and EndTime alone');
}

const periodNow = ({ start, end }: OutOfOfficeState): Period | null => (start && end ? { start, end } : null);
