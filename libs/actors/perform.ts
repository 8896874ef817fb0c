import { randomUUID } from 'node:crypto';
import { ActorFailure, isRegistered } from './failure.js';
import type { Actor, MessageContext } from './runtime.js';

/** What a host tells the operator's log: the asker only gets the id. */
export interface FailureReport {
  readonly address: string;
  readonly id: string;
  readonly error: unknown;
}
export type FailureReporter = (report: FailureReport) => void;

/** How one message went. `broken`: the actor has a bug, so what it remembers cannot be trusted any more. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: Error; readonly broken: boolean };

/** Gives the actor one message and classifies what comes of it. Never throws. */
export async function perform(
  actor: Actor,
  address: string,
  message: unknown,
  context: MessageContext,
  report: FailureReporter,
): Promise<Outcome> {
  try {
    return { ok: true, value: await actor.receive(message, context) };
  } catch (error) {
    if (error instanceof Error && isRegistered(error)) return { ok: false, error, broken: false };
    return { ok: false, error: asFailure(address, error, report), broken: true };
  }
}

/** An error that may leave the host: itself if registered, else an ActorFailure that is reported under its id. */
export function asFailure(address: string, error: unknown, report: FailureReporter): Error {
  if (error instanceof Error && isRegistered(error)) return error;
  const id = randomUUID();
  report({ address, id, error });
  return new ActorFailure(error instanceof Error ? error.message : String(error), id, error);
}

/** `deactivate` must not throw; one that does is reported and otherwise ignored. */
export async function retire(actor: Actor, address: string, report: FailureReporter): Promise<void> {
  try {
    await actor.deactivate?.();
  } catch (error) {
    report({ address, id: randomUUID(), error });
  }
}
