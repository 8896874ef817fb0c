import { SettingsStatus } from '#eas';
import type { OofAudience, OofMessage, OutOfOfficeState } from '#backend';
import { escapeHtml, htmlToText } from '#formats';

/** What BodyType says (MS-ASCMD 2.2.3.17): `Text` or `HTML`. */
export type BodyType = OofMessage['bodyType'];

const audiences: readonly OofAudience[] = ['internal', 'externalKnown', 'externalUnknown'];
const flags = {
  internal: 'AppliesToInternal',
  externalKnown: 'AppliesToExternalKnown',
  externalUnknown: 'AppliesToExternalUnknown',
} as const satisfies Record<OofAudience, string>;

/** One message as it stands in a request or an answer. */
export interface WireMessage {
  readonly AppliesToInternal?: true | undefined;
  readonly AppliesToExternalKnown?: true | undefined;
  readonly AppliesToExternalUnknown?: true | undefined;
  readonly Enabled?: boolean | undefined;
  readonly ReplyMessage?: string | undefined;
  readonly BodyType?: string | undefined;
}

/** A request that cannot be carried out, with the Status that says why. */
export class OofRefusal extends Error {
  override readonly name = 'OofRefusal';
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const invalid = (message: string) => new OofRefusal(SettingsStatus.invalidArguments, message);
const conflicting = (message: string) => new OofRefusal(SettingsStatus.conflictingArguments, message);

/** Throws OofRefusal if the text names no body type. */
export function readBodyType(text: string): BodyType {
  const name = text.trim().toLowerCase();
  if (name === 'text' || name === 'html') return name;
  throw invalid(`no such BodyType: ${name}`);
}

function audienceOf(message: WireMessage): OofAudience {
  const named = audiences.filter((audience) => message[flags[audience]] === true);
  const [audience] = named;
  if (audience === undefined) throw invalid('an OofMessage for nobody');
  if (named.length > 1) throw conflicting('an OofMessage for several audiences');
  return audience;
}

/**
 * The messages of a Set. What one leaves out (a phone that turns an audience off often sends no text) stays as it is now;
 * an audience that is not named is not touched at all (trap 103). Throws OofRefusal.
 */
export function readMessages(
  messages: readonly WireMessage[],
  now: OutOfOfficeState['messages'],
): OutOfOfficeState['messages'] {
  const read: Partial<Record<OofAudience, OofMessage>> = {};
  for (const message of messages) {
    const audience = audienceOf(message);
    if (read[audience]) throw conflicting(`two messages for ${audience}`);
    read[audience] = readMessage(message, now[audience]);
  }
  return read;
}

function readMessage(
  { Enabled, ReplyMessage, BodyType: type }: WireMessage,
  now: OofMessage | undefined,
): OofMessage {
  const kept = now ?? { enabled: false, reply: '', bodyType: 'text' };
  if (ReplyMessage === undefined) return { ...kept, enabled: Enabled ?? kept.enabled };
  // "If a ReplyMessage element is included in an Oof Set request, a BodyType element MUST also be included."
  if (type === undefined) throw invalid('a ReplyMessage without BodyType');
  return { enabled: Enabled ?? kept.enabled, reply: ReplyMessage, bodyType: readBodyType(type) };
}

/** The messages of a Get, one for each audience, also where there is none (MS-ASCMD 2.2.3.122), in the type asked for. */
export function writeMessages(messages: OutOfOfficeState['messages'], type: BodyType): WireMessage[] {
  return audiences.map((audience) => {
    const message = messages[audience];
    const reply = message?.reply ? replyAs(message, type) : '';
    return {
      [flags[audience]]: true,
      Enabled: message?.enabled ?? false,
      ...(reply !== '' && { ReplyMessage: reply, BodyType: type === 'html' ? 'HTML' : 'Text' }),
    };
  });
}

function replyAs({ reply, bodyType }: OofMessage, type: BodyType): string {
  if (bodyType === type) return reply;
  return type === 'text' ? htmlToText(reply).trimEnd() : escapeHtml(reply).replace(/\r\n|\n|\r/g, '<br>\r\n');
}
