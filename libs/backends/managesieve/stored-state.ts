import type { OofAudience, OofMessage, OutOfOfficeState } from '#backend';

const TITLE =
  '# Out-of-office, kept by Godwit. Change it on the phone: what is changed here is overwritten.\r\n';
const audiences: readonly OofAudience[] = ['internal', 'externalKnown', 'externalUnknown'];
/** Characters of a line of base64. */
const LINE = 76;

/**
 * What was set, as comments of a Sieve script. The script's code could not give it back: a disabled audience has no code,
 * and the text of an HTML reply stands in it only encoded.
 */
export function writeState({ state, start, end, messages }: OutOfOfficeState): string {
  const lines = [`#: state ${state}`];
  if (state === 'timed' && start && end) {
    lines.push(`#: start ${start.toISOString()}`, `#: end ${end.toISOString()}`);
  }
  for (const audience of audiences) {
    const message = messages[audience];
    if (!message) continue;
    lines.push(`#: ${audience} ${message.enabled ? 'on' : 'off'} ${message.bodyType}`);
    const text = Buffer.from(message.reply).toString('base64');
    for (let at = 0; at < text.length; at += LINE) lines.push(`#| ${text.slice(at, at + LINE)}`);
  }
  return `${TITLE}${lines.map((line) => `${line}\r\n`).join('')}`;
}

/** What `writeState` wrote at the beginning of a script; null if it did not write it. */
export function readState(script: string): OutOfOfficeState | null {
  const facts = readFacts(script);
  const state = facts.get('state')?.value;
  if (state !== 'disabled' && state !== 'global' && state !== 'timed') return null;
  const messages: Partial<Record<OofAudience, OofMessage>> = {};
  for (const audience of audiences) {
    const fact = facts.get(audience);
    if (fact) messages[audience] = readMessage(fact);
  }
  if (state !== 'timed') return { state, messages };
  const start = new Date(facts.get('start')?.value ?? '');
  const end = new Date(facts.get('end')?.value ?? '');
  // Somebody's hand was here: without its times an absence cannot be told.
  if (Number.isNaN(start.getTime()) || Number.isNaN(end.getTime())) return { state: 'disabled', messages };
  return { state, start, end, messages };
}

/** A line `#: name value` and the base64 of the `#|` lines after it. */
interface Fact {
  readonly value: string;
  text: string;
}

function readFacts(script: string): Map<string, Fact> {
  const facts = new Map<string, Fact>();
  let last: Fact | undefined;
  for (const line of script.split(/\r?\n/)) {
    if (!line.startsWith('#')) break;
    const [, name, value = ''] = /^#: (\w+) (.*)$/.exec(line) ?? [];
    if (name !== undefined) facts.set(name, (last = { value, text: '' }));
    else if (line.startsWith('#| ') && last) last.text += line.slice(3);
  }
  return facts;
}

function readMessage({ value, text }: Fact): OofMessage {
  const [enabled, type] = value.split(' ');
  return {
    enabled: enabled === 'on',
    bodyType: type === 'html' ? 'html' : 'text',
    reply: Buffer.from(text, 'base64').toString('utf8'),
  };
}
