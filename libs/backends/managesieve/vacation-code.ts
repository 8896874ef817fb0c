import { BackendError, type OofMessage, type OutOfOfficeState } from '#backend';
import type { SieveCapabilities } from './client.js';
import { htmlReply } from './html-reply.js';
import { multiLine, quoted, quotedList, type Guard } from './sieve-strings.js';

/** What the code depends on beside the state. */
export interface CodeSetting {
  readonly capabilities: Pick<SieveCapabilities, 'extensions' | 'lists'>;
  /** The account's domain: who writes from it is internal. */
  readonly domain: string;
  /** The account's addresses; mail to others is not answered. */
  readonly addresses: readonly string[];
  /** Extensions in force where the code will stand: they may give `${...}` a meaning. */
  readonly inForce: ReadonlySet<string>;
}

/**
 * A reply to the same sender goes out every twelve hours where the server can count them: who writes every morning is
 * answered every morning. Else it is a day, the shortest time of plain `vacation`.
 */
const TWELVE_HOURS = 43_200;
/** RFC 6134 2.7: the user's address book, if the server knows one. */
const CONTACTS = 'urn:ietf:params:sieve:addrbook:default';
/** The variable that stands for a dollar sign before a brace. */
const DOLLAR = 'godwit_dollar';

/** Sieve that sends the state's replies, with its own `require`. Throws BackendError `unsupported`. */
export function vacationCode(state: OutOfOfficeState, setting: CodeSetting): string {
  const { extensions } = setting.capabilities;
  const writer = new CodeWriter(setting);
  const commands = writer.inPeriod(state, writer.byAudience(state));
  const missing = [...writer.required].filter((name) => !extensions.has(name));
  if (missing.length > 0) {
    throw new BackendError('unsupported', `managesieve: the server has no ${missing.join(', ')}`, {
      reason: 'no-sieve-extension',
    });
  }
  if (commands === '') return '';
  const { prelude } = writer;
  return `require ${quotedList([...writer.required], (text) => text)};\r\n${prelude}${commands}`;
}

class CodeWriter {
  readonly required = new Set<string>();
  readonly #setting: CodeSetting;
  readonly #guard: Guard;
  #usesDollar = false;

  constructor(setting: CodeSetting) {
    this.#setting = setting;
    this.#guard = this.#guardAgainst(setting.inForce);
  }

  /** Commands before all others. */
  get prelude(): string {
    return this.#usesDollar ? `set "${DOLLAR}" "$";\r\n` : '';
  }

  /**
   * Internal is who writes from the account's domain. Who of the others is known, a Sieve script cannot tell without an
   * address book. Then nobody outside is taken for known: they all get the reply for the unknown, if there is one. The
   * reply for contacts may say what strangers should not read.
   */
  byAudience({ messages }: OutOfOfficeState): string {
    const { internal, externalKnown, externalUnknown } = messages;
    const isInternal = `address :domain :is "from" ${quoted(this.#setting.domain, this.#guard)}`;
    const branches = [{ test: isInternal, reply: this.#reply(internal) }];
    if (this.#setting.capabilities.lists.has(CONTACTS)) {
      this.required.add('extlists');
      branches.push({ test: `address :list "from" "${CONTACTS}"`, reply: this.#reply(externalKnown) });
    }
    const otherwise = this.#reply(externalUnknown);
    if (otherwise === '' && branches.every(({ reply }) => reply === '')) return '';
    const tests = branches.map(
      ({ test, reply }, index) => `${index ? 'elsif' : 'if'} ${test} {\r\n${reply}}\r\n`,
    );
    return `${tests.join('')}else {\r\n${otherwise}}\r\n`;
  }

  /** The commands between the state's times only; the end is the first moment without replies. */
  inPeriod({ state, start, end }: OutOfOfficeState, commands: string): string {
    if (state !== 'timed' || !start || !end || commands === '') return commands;
    for (const name of ['date', 'relational']) this.required.add(name);
    return `if allof (${notBefore(start)},\r\n  not ${notBefore(end)}) {\r\n${commands}}\r\n`;
  }

  #reply(message: OofMessage | undefined): string {
    if (!message?.enabled || message.reply.trim() === '') return '';
    const { extensions } = this.#setting.capabilities;
    this.required.add('vacation');
    const often = extensions.has('vacation-seconds');
    if (often) this.required.add('vacation-seconds');
    const { addresses } = this.#setting;
    const options = [
      often ? `:seconds ${TWELVE_HOURS}` : ':days 1',
      ...(addresses.length > 0 ? [`:addresses ${quotedList(addresses, this.#guard)}`] : []),
      ...(message.bodyType === 'html' ? [':mime'] : []),
    ];
    const reason = message.bodyType === 'html' ? htmlReply(message.reply) : message.reply;
    return `vacation ${options.join(' ')} ${multiLine(reason, this.#guard)};\r\n`;
  }

  /** In somebody's script `${name}` may be a variable (RFC 5229), `${hex:...}` a character (RFC 5228 2.4.2.4). */
  #guardAgainst(inForce: ReadonlySet<string>): Guard {
    if (inForce.has('variables')) {
      return (text) => {
        if (!text.includes('${')) return text;
        this.#usesDollar = true;
        this.required.add('variables');
        return text.replaceAll('${', `\${${DOLLAR}}{`);
      };
    }
    if (inForce.has('encoded-character')) return (text) => text.replaceAll('${', '${hex:24}{');
    return (text) => text;
  }
}

/** True from the moment on (RFC 5260 5). Both parts of the time are asked in UTC. */
function notBefore(moment: Date): string {
  const [date = '', time = ''] = moment.toISOString().slice(0, 19).split('T');
  const now = 'currentdate :zone "+0000"';
  return `anyof (${now} :value "gt" "date" "${date}",\r\n    allof (${now} :is "date" "${date}", ${now} :value "ge" "time" "${time}"))`;
}
