import { parseVersion, protocolVersions, type ProtocolVersion } from '#eas';
import { endpointOf, Phone, type Collection, type PhoneOptions, type PingResult } from '#phone';
import { randomUUID } from 'node:crypto';
import { deviceIdOf } from './device-id.js';
import { diagnose, ofHttpStatus, pingCut } from './diagnosis.js';
import { mailToOneself } from './mail-to-oneself.js';
import { StepFailed, type Finding, type StepReport } from './step.js';

export interface ExaminationOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly version: ProtocolVersion | undefined;
  readonly deviceType: string;
  /** Seconds. */
  readonly ping: number;
  readonly send: boolean;
  readonly to: string | undefined;
  readonly insecure: boolean;
}

/** MS-ASCMD 2.2.3.177.11. */
const PingStatus = { quiet: 1, news: 2, interval: 5, hierarchy: 7 } as const;
/** One day back: the doctor needs a few mails and the newest one. */
const ONE_DAY = 1;
const PAGES_LIMIT = 50;
const ARRIVAL_SECONDS = 60;
const LOOK_AGAIN_MS = 500;
const PING_ATTEMPTS = 4;

/** A phone that examines its server, step by step. Steps that need an earlier one do not run if that one failed. */
export class Examination {
  readonly url: URL;
  readonly deviceId: string;
  readonly steps: StepReport[] = [];
  readonly #options: ExaminationOptions;
  readonly #report: (step: StepReport) => void;
  #phone: Phone;
  /** Seconds: what the server lets a Ping be held for at least. */
  #interval: number;

  constructor(options: ExaminationOptions, report: (step: StepReport) => void) {
    this.#options = options;
    this.#report = report;
    this.url = endpointOf(options.url);
    this.deviceId = deviceIdOf(options.user);
    this.#phone = this.#phoneOf(options.version ?? '16.1');
    this.#interval = options.ping;
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
      ['ping', 'Ping, held', () => this.#holdPing()],
      ...(this.#options.send ? ([['send', 'A mail to oneself', () => this.#sendAndReceive()]] as const) : []),
    ];
    for (const [name, title, step] of steps) {
      if (!(await this.#take(name, title, step))) return false;
    }
    return true;
  }

  async #take(name: string, title: string, step: () => Promise<Finding>): Promise<boolean> {
    const begun = performance.now();
    const elapsed = (): number => Math.round((performance.now() - begun) * 10) / 10;
    let report: StepReport;
    try {
      const { detail, advice = [] } = await step();
      report = { name, title, ok: true, ms: elapsed(), detail, advice };
    } catch (error) {
      const { reason, advice } = diagnose(error, { url: this.#phone.link.url, user: this.#options.user });
      report = { name, title, ok: false, ms: elapsed(), detail: '', reason, advice };
    }
    this.steps.push(report);
    this.#report(report);
    return report.ok;
  }

  #phoneOf(version: ProtocolVersion): Phone {
    const { url, user, password, deviceType, insecure } = this.#options;
    const options: PhoneOptions = {
      url,
      user,
      password,
      deviceType,
      version,
      deviceId: this.deviceId,
      rejectUnauthorized: !insecure,
      userAgent: 'Godwit-Doctor/1.0',
      information: { Model: 'Godwit doctor', FriendlyName: 'Godwit doctor', OS: process.platform },
    };
    return new Phone(options);
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
    return { detail: `${folders.size} folders` };
  }

  async #syncInbox(): Promise<Finding> {
    const result = await this.#catchUp();
    const inbox = this.#phone.inbox();
    if (result !== 1) throw badStatus('Sync', result);
    const { anomalies } = inbox.mailbox;
    return {
      detail: `${inbox.items.size} mails since yesterday`,
      advice: anomalies.length === 0 ? [] : [`The server broke the protocol: ${anomalies[0]?.kind}.`],
    };
  }

  /** Takes everything that is new in the Inbox; returns the last Status. */
  async #catchUp(): Promise<number> {
    const inbox = this.#phone.inbox();
    let result = await inbox.sync({ window: 100, filter: ONE_DAY });
    for (let page = 1; result.more && result.status === 1 && page < PAGES_LIMIT; page++) {
      result = await inbox.sync({ window: 100, filter: ONE_DAY });
    }
    return result.status;
  }

  async #holdPing(): Promise<Finding> {
    const { ping: seconds } = this.#options;
    for (let attempt = 0; attempt < PING_ATTEMPTS; attempt++) {
      const begun = performance.now();
      const result = await this.#ping(this.#interval, seconds);
      const elapsed = (performance.now() - begun) / 1000;
      const finding = await this.#judgePing(result, elapsed, seconds);
      if (finding) return finding;
    }
    throw new StepFailed('The server never holds a Ping: it always has something to say at once.', [
      'It takes what the phone has just synchronised for news. Its log may tell of a folder that keeps changing.',
    ]);
  }

  #ping(interval: number, seconds: number): Promise<PingResult> {
    const signal = AbortSignal.timeout(seconds * 1000 + 1000);
    return this.#phone.ping({ interval, folders: [this.#phone.inbox()], signal });
  }

  /** Null: not yet, once more. */
  async #judgePing(result: PingResult, elapsed: number, seconds: number): Promise<Finding | null> {
    if (result.kind === 'cut') throw pingCut(elapsed, seconds);
    if (result.kind === 'aborted') {
      const granted = this.#interval > seconds ? `; the server grants no less than ${this.#interval} s` : '';
      return { detail: `held for ${elapsed.toFixed(1)} s, then hung up${granted}` };
    }
    switch (result.status) {
      case PingStatus.quiet:
        return { detail: `held for ${elapsed.toFixed(1)} s, then answered "nothing new"` };
      case PingStatus.news:
        await this.#catchUp();
        return null;
      case PingStatus.hierarchy:
        await this.#phone.folderSync();
        return null;
      case PingStatus.interval:
        if (result.interval === undefined || result.interval === this.#interval) throw badStatus('Ping', 5);
        this.#interval = result.interval;
        return null;
      default:
        throw badStatus('Ping', result.status);
    }
  }

  async #sendAndReceive(): Promise<Finding> {
    const phone = this.#phone;
    const to = this.#options.to ?? (await this.#ownAddress());
    const token = randomUUID();
    const abort = new AbortController();
    const pinged = phone.ping({
      interval: Math.max(this.#interval, ARRIVAL_SECONDS),
      folders: [phone.inbox()],
      signal: abort.signal,
    });
    const timer = setTimeout(() => abort.abort(), ARRIVAL_SECONDS * 1000);
    try {
      const begun = performance.now();
      const { status } = await phone.sendMail(mailToOneself(to, token), { save: false });
      if (status !== undefined) throw badStatus('SendMail', status);
      const sent = performance.now();
      const woken = await pinged;
      const wokenMs = performance.now() - sent;
      const serverId = await this.#find(token, woken);
      const arrivedMs = performance.now() - sent;
      await this.#delete(phone.inbox(), serverId);
      return {
        detail:
          `sent in ${Math.round(sent - begun)} ms, Ping woken after ${Math.round(wokenMs)} ms, ` +
          `on the phone after ${Math.round(arrivedMs)} ms, deleted`,
      };
    } finally {
      clearTimeout(timer);
      abort.abort();
      await pinged.catch(() => undefined);
    }
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

  /** Looks for the mail in the Inbox, a while longer if the Ping was woken by another one. */
  async #find(token: string, woken: PingResult): Promise<string> {
    const end = performance.now() + (woken.kind === 'answered' ? ARRIVAL_SECONDS * 1000 : 0);
    for (;;) {
      await this.#catchUp();
      for (const [serverId, { Email }] of this.#phone.inbox().items) {
        if (Email?.Subject?.includes(token) !== true) continue;
        if (woken.kind === 'answered' && woken.status === PingStatus.news) return serverId;
        await this.#delete(this.#phone.inbox(), serverId);
        throw notWoken(woken);
      }
      if (performance.now() > end) throw notArrived;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  async #delete(inbox: Collection, serverId: string): Promise<void> {
    const { status } = await inbox.sync({
      filter: ONE_DAY,
      deletesAsMoves: false,
      commands: [{ Delete: { ServerId: serverId } }],
    });
    if (status !== 1) throw badStatus('Sync (deleting the mail)', status);
    if (inbox.items.has(serverId)) throw badStatus('Sync (deleting the mail)', 5);
  }
}

const notArrived = new StepFailed(`The mail was taken and did not arrive within ${ARRIVAL_SECONDS} s.`, [
  'Look into the log of the mail server: it may be queued, rejected, filed into another folder (spam), or greylisted.',
]);

const notWoken = (woken: PingResult): StepFailed =>
  new StepFailed(
    woken.kind === 'cut'
      ? 'The mail arrived, but the held Ping had been cut.'
      : `The mail arrived, but the Ping was not woken within ${ARRIVAL_SECONDS} s.`,
    [
      'Push does not work: the server does not hear of new mail. IMAP servers should offer IDLE or NOTIFY; the number of',
      'connections a user may hold (Dovecot: mail_max_userip_connections) may be used up.',
    ],
  );

const meanings: Readonly<Record<string, string>> = {
  'FolderSync 6': 'the server failed, mostly because the mail server behind it does not answer',
  'Ping 3': 'the server says that parameters are missing',
  'Ping 4': 'the server does not understand the request',
  'Ping 6': 'too many folders',
  'Ping 8': 'the server failed',
  'Sync 3': 'the server does not know the key it has just given: is its state kept, and shared by all nodes?',
  'Sync 4': 'the server takes the request for malformed',
  'Sync 5': 'the server failed, mostly because the mail server behind it does not answer',
  'Sync 12': 'the server no longer knows the folder it has just listed',
  'SendMail 119': 'there is no recipient',
  'SendMail 120': 'the mail could not be handed over: check the submission server, its login and its limits',
};

function badStatus(command: string, status: number): StepFailed {
  const common: Readonly<Record<number, string>> = {
    110: 'the server failed',
    111: 'the server has no time now',
    126: 'the user may not use ActiveSync',
    129: 'the device is blocked for this user',
    130: 'access denied',
    137: 'the server does not know this command',
    141: 'the server lets no device in that cannot enforce the policy',
    142: 'the device is not provisioned, even after provisioning: is the policy key kept, and shared by all nodes?',
    144: 'the policy key is not accepted, even after provisioning: is it kept, and shared by all nodes?',
    177: 'the user has too many devices: delete some on the server',
  };
  const meaning = meanings[`${command} ${status}`] ?? common[status];
  return new StepFailed(`${command}: Status ${status}${meaning === undefined ? '' : `, ${meaning}`}.`, [
    'The log of the server at this moment tells more.',
  ]);
}

export const isSupportedVersion = (text: string): text is ProtocolVersion => parseVersion(text) !== undefined;
