import { BackendError, type OofMessage, type OutOfOffice, type OutOfOfficeState } from '#backend';
import type { SieveClient } from './client.js';
import { hasBlock, leadingRequires, withBlock, withoutBlock } from './marked-block.js';
import { otherVacation } from './other-vacation.js';
import { readState, writeState } from './stored-state.js';
import { vacationCode, type CodeSetting } from './vacation-code.js';

/** The script that is ours alone. */
const OWN = 'godwit-out-of-office';
const INCLUDE = `require "include";\r\ninclude :personal :optional "${OWN}";\r\n`;
/** Characters of one reply: more than any phone sends, and less than servers take for a script. */
const MAX_REPLY = 65_536;
const NOTHING_IN_FORCE: ReadonlySet<string> = new Set();

/** What the replies of an account depend on. */
export interface RepliesFor {
  readonly domain: string;
  addresses(): Promise<readonly string[]>;
}

/** What stands on the server. */
interface Scripts {
  /** Our script's text; null if there is none. */
  readonly own: string | null;
  /** The script that runs; null if none does. */
  readonly active: { readonly name: string; readonly text: string } | null;
}

/**
 * An account's automatic replies in its Sieve scripts. Each question opens a conversation of its own: replies are set a few
 * times a year.
 */
export class SieveOutOfOffice implements OutOfOffice {
  readonly kind = 'managesieve';
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly open: () => Promise<SieveClient>,
    private readonly account: RepliesFor,
  ) {}

  get(): Promise<OutOfOfficeState> {
    return this.#converse(async (client) => stateOf(await readScripts(client)));
  }

  set(state: OutOfOfficeState): Promise<void> {
    return this.#converse(async (client) => {
      const scripts = await readScripts(client);
      refuseOther(scripts);
      const messages = {
        ...(scripts.own === null ? {} : readState(scripts.own)?.messages),
        ...state.messages,
      };
      refuseTooLong(Object.values(messages));
      const next = { ...state, messages };
      if (state.state === 'disabled') await disable(client, scripts, writeState(next));
      else await this.#enable(client, scripts, next);
    });
  }

  async close(): Promise<void> {
    await this.#last.catch(() => undefined);
  }

  async #enable(client: SieveClient, scripts: Scripts, state: OutOfOfficeState): Promise<void> {
    const { extensions } = client.capabilities;
    if (!extensions.has('vacation')) {
      throw new BackendError('unsupported', 'managesieve: the server has no vacation');
    }
    const { active } = scripts;
    const setting = {
      capabilities: client.capabilities,
      domain: this.account.domain,
      addresses: await this.account.addresses(),
    };
    const alone = (): string =>
      writeState(state) + bytes(vacationCode(state, { ...setting, inForce: NOTHING_IN_FORCE }));
    if (!active || active.name === OWN) {
      await client.putScript(OWN, alone());
      if (!active) await client.setActive(OWN);
    } else if (extensions.has('include')) {
      await join(client, active, alone(), INCLUDE);
    } else {
      await join(client, active, writeState(state), codeWithin(active.text, state, setting));
    }
  }

  /** One conversation at a time: what is read must still be true when it is written. */
  #converse<T>(work: (client: SieveClient) => Promise<T>): Promise<T> {
    const turn = this.#last.then(
      () => this.#alone(work),
      () => this.#alone(work),
    );
    this.#last = turn;
    return turn;
  }

  async #alone<T>(work: (client: SieveClient) => Promise<T>): Promise<T> {
    const client = await this.open();
    try {
      return await work(client);
    } finally {
      client.close();
    }
  }
}

/** Text as the bytes of a script. */
const bytes = (text: string): string => Buffer.from(text).toString('latin1');

async function readScripts(client: SieveClient): Promise<Scripts> {
  const names = await client.listScripts();
  const own = names.some(({ name }) => name === OWN) ? await client.getScript(OWN) : null;
  const name = names.find(({ active }) => active)?.name;
  if (name === undefined) return { own, active: null };
  return { own, active: { name, text: name === OWN ? (own ?? '') : await client.getScript(name) } };
}

/** Whether the script that runs is ours or brings ours along. */
const isInForce = ({ active }: Scripts): boolean =>
  active !== null && (active.name === OWN || hasBlock(active.text));

const otherReply = ({ active }: Scripts): string | null =>
  active && active.name !== OWN ? otherVacation(withoutBlock(active.text)) : null;

function stateOf(scripts: Scripts): OutOfOfficeState {
  const stored = scripts.own === null ? null : readState(scripts.own);
  if (stored && isInForce(scripts)) return stored;
  const other = otherReply(scripts);
  if (other !== null) {
    const message: OofMessage = { enabled: true, reply: other, bodyType: 'text' };
    return {
      state: 'global',
      messages: { internal: message, externalKnown: message, externalUnknown: message },
    };
  }
  return { state: 'disabled', messages: stored?.messages ?? {} };
}

/**
 * A rule the user made elsewhere is his to change. Beside it ours would fail at the first mail: a script may answer with
 * one `vacation` only (RFC 5230 4.7), and its other rules would fail with it. To say it is off while it answers would be a lie.
 */
function refuseOther(scripts: Scripts): void {
  if (otherReply(scripts) === null) return;
  throw new BackendError('conflict', "managesieve: the user's own script has a vacation rule", {
    reason: 'other-vacation',
  });
}

function refuseTooLong(messages: readonly OofMessage[]): void {
  if (messages.every(({ reply }) => reply.length <= MAX_REPLY)) return;
  throw new BackendError('invalid', 'managesieve: the reply is too long', { reason: 'too-big' });
}

function codeWithin(script: string, state: OutOfOfficeState, setting: Omit<CodeSetting, 'inForce'>): string {
  const inForce = leadingRequires(withoutBlock(script)).extensions;
  return bytes(vacationCode(state, { ...setting, inForce }));
}

/** Stores our script and brings our code into the user's; the server is asked first whether it would take both. */
async function join(
  client: SieveClient,
  active: NonNullable<Scripts['active']>,
  own: string,
  code: string,
): Promise<void> {
  const joined = withBlock(active.text, code);
  await client.checkScript(own);
  if (joined !== active.text) await client.checkScript(joined);
  await client.putScript(OWN, own);
  if (joined !== active.text) await client.putScript(active.name, joined);
}

/** Takes ours out of what runs; its texts are kept for the next absence. */
async function disable(client: SieveClient, { own, active }: Scripts, script: string): Promise<void> {
  if (active?.name === OWN) await client.setActive(null);
  else if (active && hasBlock(active.text)) {
    await client.putScript(active.name, withoutBlock(active.text));
  }
  if (own !== script) await client.putScript(OWN, script);
}
