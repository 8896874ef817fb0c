import { createHash } from 'node:crypto';
import type { CommandContext } from '../context.js';

/** Seconds for which an answer is remembered: as long as a phone may repeat a request. */
export const REMEMBERED = 7 * 86_400;

const hash = (...texts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(texts)).digest('base64url');

/** A JSON value, so a type. */
type Turn = {
  readonly what: string;
  readonly turn: number;
};

/**
 * The key under which an answer is sent. A request has no id of its own: the same answer to the same meeting is a retry,
 * unless another one was given in between; who accepts, declines and accepts again has said three things.
 */
export async function answerKey(context: CommandContext, about: string, what: string): Promise<string> {
  const { devices, asker } = context;
  const key = `meeting-turn ${hash(about)}`;
  const said = hash(what);
  const first: Turn = { what: said, turn: 0 };
  const { recorded } = await devices.ask(asker, {
    type: 'Claim',
    key,
    ttl: REMEMBERED,
    result: first,
  });
  const before = recorded ? ((recorded.result ?? first) as Turn) : first;
  const turn = before.what === said ? before.turn : before.turn + 1;
  if (turn !== before.turn) {
    await devices.ask(asker, { type: 'Outcome', key, result: { what: said, turn } });
  }
  return hash(about, said, String(turn));
}

/** What a request was answered; of use when what it named is gone for the reason that it was answered. */
export class AnswerRecord {
  private readonly key: string;

  constructor(
    private readonly context: CommandContext,
    ...request: readonly string[]
  ) {
    this.key = `meeting-response ${hash(...request)}`;
  }

  async keep(calendarId: string | null): Promise<void> {
    const { devices, asker } = this.context;
    const result = { calendarId };
    const { recorded } = await devices.ask(asker, { type: 'Claim', key: this.key, ttl: REMEMBERED, result });
    if (recorded) await devices.ask(asker, { type: 'Outcome', key: this.key, result });
  }

  /** Undefined: this was never answered. */
  async read(): Promise<string | null | undefined> {
    const { devices, asker } = this.context;
    const { key } = this;
    const { recorded } = await devices.ask(asker, { type: 'Claim', key, ttl: REMEMBERED });
    if (!recorded) {
      await devices.ask(asker, { type: 'Outcome', key });
      return undefined;
    }
    const result = recorded.result as { readonly calendarId: string | null } | null;
    return result?.calendarId ?? (result ? null : undefined);
  }
}
