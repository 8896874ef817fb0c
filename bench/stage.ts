import { Phone, type Collection } from '#phone';
import { randomBytes } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Mailboxes } from './mailboxes.js';
import type { Measured } from './measured.js';
import type { BenchOptions, Sizes } from './options.js';

/** A server to be measured. */
export interface Target {
  readonly name: string;
  readonly url: string;
  /** Mail it sends goes nowhere: cases may have it send. */
  readonly sends: boolean;
  /** The process phones talk to was started with a probe: it collects its garbage when told. */
  readonly probed?: boolean;
  /** Processes whose memory counts, without their children; none if not known. */
  pids(): readonly number[];
  /** Where its administrators connect, if it is ours. */
  readonly admin?: { readonly url: string; readonly token: string };
}

/** A phone that has its folders, and the collection of its Inbox. */
export interface ReadyPhone {
  readonly phone: Phone;
  readonly inbox: Collection;
}

/** What a case has to work with. */
export class Stage {
  readonly #options: BenchOptions;
  readonly #agent: HttpAgent;

  constructor(
    options: BenchOptions,
    readonly sizes: Sizes,
    readonly mailboxes: Mailboxes,
  ) {
    this.#options = options;
    const isTls = options.url?.startsWith('https:') === true;
    const keep = { keepAlive: true, maxSockets: Infinity, maxFreeSockets: 256 };
    this.#agent = isTls ? new HttpsAgent(keep) : new HttpAgent(keep);
  }

  user(mailbox: string | number): string {
    return this.#options.user.replace('{name}', String(mailbox));
  }

  /** The same for all mailboxes. */
  get password(): string {
    return this.#options.password;
  }

  /** A new device of the mailbox. */
  phone(target: Target, mailbox: string | number): Phone {
    return new Phone({
      url: target.url,
      user: this.user(mailbox),
      password: this.#options.password,
      deviceId: `bench${randomBytes(8).toString('hex')}`,
      agent: this.#agent,
      rejectUnauthorized: !this.#options.insecure,
      content: 'ids',
    });
  }

  /** A new device that has its folders. */
  async ready(target: Target, mailbox: string | number): Promise<ReadyPhone> {
    const phone = this.phone(target, mailbox);
    const status = await phone.folderSync();
    if (status !== 1)
      throw new Error(`${target.name}: FolderSync of ${this.user(mailbox)}: Status ${status}`);
    return { phone, inbox: phone.inbox() };
  }

  /** Tells what is going on, on standard error. */
  say(text: string): void {
    process.stderr.write(`  ${text}\n`);
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A case: what it measures of one server. */
export interface Case {
  readonly name: string;
  run(stage: Stage, target: Target): Promise<Measured[]>;
}
