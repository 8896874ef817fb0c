import { parseVersion, protocolVersions, type ProtocolVersion } from '#eas';
import { endpointOf, Phone } from '#phone';
import { badStatus } from './bad-status.js';
import { catchUp } from './catch-up.js';
import { ClassCheck } from './class-check.js';
import { deviceIdOf } from './device-id.js';
import { ofHttpStatus } from './diagnosis.js';
import { PushCheck } from './push-check.js';
import { takeStep } from './take-step.js';
import { StepFailed, type Finding, type StepReport } from './step.js';
import { classWords, type PimClass } from './trial-items.js';

export interface ExaminationOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly version: ProtocolVersion | undefined;
  readonly deviceType: string;
  /** Seconds. */
  readonly ping: number;
  readonly send: boolean;
  /** Adds an item to each class, changes it and removes it. */
  readonly write: boolean;
  readonly to: string | undefined;
  readonly insecure: boolean;
}

const pimClasses: readonly PimClass[] = ['Contacts', 'Calendar', 'Tasks', 'Notes'];

/**
 * A phone that examines its server, step by step. Steps that need an earlier one do not run if that one failed; of the
 * classes beside mail none needs another.
 */
export class Examination {
  readonly url: URL;
  readonly deviceId: string;
  readonly steps: StepReport[] = [];
  readonly #options: ExaminationOptions;
  readonly #report: (step: StepReport) => void;
  #phone: Phone;

  constructor(options: ExaminationOptions, report: (step: StepReport) => void) {
    this.#options = options;
    this.#report = report;
    this.url = endpointOf(options.url);
    this.deviceId = deviceIdOf(options.user);
    this.#phone = this.#phoneOf(options.version ?? '16.1');
  }

  get version(): ProtocolVersion {
    return this.#phone.version;
  }

  /** Resolves to whether all went well. */
  async run(): Promise<boolean> {
    const steps: (readonly [string, string, () => Promise<Finding>])[] = [
      ['options', 'OPTIONS', () => this.#askOptions()],
      ['provision', 'Provision', () => this.#provision()],
      ['folders', 'FolderSync', () => this.#folders()],
      ['sync', 'Sync of the Inbox', () => this.#syncInbox()],
      ['ping', 'Ping, held', () => new PushCheck(this.#phone).hold(this.#options.ping)],
      ...(this.#options.send ? ([['send', 'A mail to oneself', () => this.#sendAndReceive()]] as const) : []),
    ];
    for (const [name, title, step] of steps) {
      if (!(await this.#take(name, title, step))) return false;
    }
    return this.#examineClasses();
  }

  /** Each class has a source of its own, and may be down by itself. */
  async #examineClasses(): Promise<boolean> {
    let ok = true;
    for (const itemClass of pimClasses) {
      const check = new ClassCheck(this.#phone, itemClass);
      if (!check.exists) continue;
      const { key } = classWords[itemClass];
      const isRead = await this.#take(key, itemClass, () => check.read());
      const isWritten =
        !isRead ||
        !this.#options.write ||
        (await this.#take(`${key}-write`, `${itemClass}, written`, () => check.write()));
      ok &&= isRead && isWritten;
    }
    return ok;
  }

  async #take(name: string, title: string, step: () => Promise<Finding>): Promise<boolean> {
    const circumstances = () => ({ url: this.#phone.link.url, user: this.#options.user });
    const report = await takeStep(name, title, step, circumstances);
    this.steps.push(report);
    this.#report(report);
    return report.ok;
  }

  #phoneOf(version: ProtocolVersion): Phone {
    const { url, user, password, deviceType, insecure } = this.#options;
    return new Phone({
      url,
      user,
      password,
      deviceType,
      version,
      deviceId: this.deviceId,
      rejectUnauthorized: !insecure,
      userAgent: 'Godwit-Doctor/1.0',
      information: { Model: 'Godwit doctor', FriendlyName: 'Godwit doctor', OS: process.platform },
    });
  }

  async #askOptions(): Promise<Finding> {
    const { http, versions, commands, headers } = await this.#phone.options();
    if (http !== 200) {
      const location = headers.location ?? headers['x-ms-location'];
      const refusal = { http, location: typeof location === 'string' ? location : undefined };
      const [reason, ...advice] = ofHttpStatus(
        refusal,
        { url: this.url, user: this.#options.user },
        'OPTIONS',
      );
      throw new StepFailed(reason, advice);
    }
    if (versions.length === 0) {
      throw new StepFailed(
        'HTTP 200, but nothing that tells of ActiveSync: no header MS-ASProtocolVersions.',
        [`What answers at ${this.url.pathname} is no ActiveSync server, or a proxy strips its headers.`],
      );
    }
    this.#choose(versions);
    return {
      detail: `versions ${versions.join(' ')}, ${commands.length} commands; using ${this.version}`,
      advice: this.url.protocol === 'http:' ? ['No TLS: fine for a test, not for phones.'] : [],
    };
  }

  #choose(offered: readonly string[]): void {
    const wanted = this.#options.version;
    if (wanted !== undefined && !offered.includes(wanted)) {
      throw new StepFailed(`The server does not offer version ${wanted}.`, [
        `It offers ${offered.join(', ')}: use one of these for --version.`,
      ]);
    }
    const best = [...protocolVersions].reverse().find((version) => offered.includes(version));
    if (best === undefined) {
      throw new StepFailed(`The server offers only ${offered.join(', ')}.`, [
        `The doctor speaks ${protocolVersions.join(', ')}. Phones of today need 12.1 at least.`,
      ]);
    }
    if (wanted === undefined && best !== this.version) this.#phone = this.#phoneOf(best);
  }

  async #provision(): Promise<Finding> {
    const { status, policyStatus, policy, wipe } = await this.#phone.provision();
    if (wipe !== null) {
      throw new StepFailed('The server had this device wiped. (The doctor has nothing to lose.)', [
        `Take the wipe of device ${this.deviceId} back, or delete the device on the server.`,
      ]);
    }
    if (status !== 1) {
      throw new StepFailed(`Provision: Status ${status}.`, [
        'The server does not let this device in: look for a rule on devices, or a limit on their number.',
      ]);
    }
    if (policyStatus === 2) return { detail: 'the server has no policy' };
    if (policyStatus !== 1) {
      throw new StepFailed(`The policy: Status ${policyStatus ?? 'missing'}.`, [
        'The server has a policy and does not give it out as it should: see its log.',
      ]);
    }
    return { detail: `policy key ${this.#phone.policyKey}, ${Object.keys(policy ?? {}).length} rules` };
  }

  async #folders(): Promise<Finding> {
    const status = await this.#phone.folderSync();
    if (status !== 1) throw badStatus('FolderSync', status);
    const { folders, inbox } = this.#phone.hierarchy;
    if (!inbox) {
      throw new StepFailed(`There are ${folders.size} folders, and none of them is the Inbox.`, [
        'The mail server behind it may be unreachable, or not be configured for this user.',
      ]);
    }
    return { detail: `${folders.size} folders; ${this.#classesShown()}` };
  }

  #classesShown(): string {
    const { hierarchy } = this.#phone;
    const isThere = (itemClass: PimClass): boolean => hierarchy.ofClass(itemClass).length > 0;
    const words = (classes: readonly PimClass[]): string =>
      classes.map((itemClass) => classWords[itemClass].many).join(', ');
    const missing = pimClasses.filter((itemClass) => !isThere(itemClass));
    if (missing.length === 0) return 'mail, ' + words(pimClasses);
    const there = ['mail', ...pimClasses.filter(isThere).map((itemClass) => classWords[itemClass].many)];
    return `${there.join(', ')}; no ${words(missing)}: not configured, or down`;
  }

  async #sendAndReceive(): Promise<Finding> {
    return new PushCheck(this.#phone).sendAndReceive(this.#options.to ?? (await this.#ownAddress()));
  }

  async #ownAddress(): Promise<string> {
    const { user } = this.#options;
    const { primaryAddress } = await this.#phone.userInformation();
    const address = primaryAddress ?? (user.includes('@') ? user : undefined);
    if (address === undefined) {
      throw new StepFailed('The server does not tell the address of the account.', ['Give it with --to.']);
    }
    return address;
  }

  async #syncInbox(): Promise<Finding> {
    const result = await catchUp(this.#phone);
    const inbox = this.#phone.inbox();
    if (result !== 1) throw badStatus('Sync', result);
    const { anomalies } = inbox.mailbox;
    return {
      detail: `${inbox.items.size} mails since yesterday`,
      advice: anomalies.length === 0 ? [] : [`The server broke the protocol: ${anomalies[0]?.kind}.`],
    };
  }
}

export const isSupportedVersion = (text: string): text is ProtocolVersion => parseVersion(text) !== undefined;
