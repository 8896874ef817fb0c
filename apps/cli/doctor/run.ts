import { protocolVersions, type ProtocolVersion } from '#eas';
import { Discovery } from './discovery.js';
import { Examination, isSupportedVersion } from './examination.js';
import { askPassword } from './password.js';
import { paintFor, printStep } from './print.js';
import type { StepReport } from './step.js';
import { takeStep } from './take-step.js';

export interface DoctorOptions {
  readonly url?: string;
  readonly user?: string;
  readonly password?: string;
  readonly json?: boolean;
  readonly version?: string;
  readonly deviceType: string;
  readonly send?: boolean;
  readonly write?: boolean;
  readonly to?: string;
  /** Seconds. */
  readonly ping: number;
  readonly insecure?: boolean;
}

/** Options that fit together. */
interface Order extends Omit<DoctorOptions, 'user' | 'version'> {
  readonly address: string | undefined;
  readonly user: string;
  readonly version: ProtocolVersion | undefined;
}

const EX_USAGE = 64;

/** What is wrong with the options, or the order they come to. */
function orderOf(address: string | undefined, options: DoctorOptions): Order | string {
  const { url, version, user = address } = options;
  if (user === undefined) return 'Give a mail address, or --url and --user.';
  if (url === undefined && !address?.includes('@'))
    return 'Give the mail address, so that the server can be found, or the server with --url.';
  if (url !== undefined && (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)))
    return `--url: ${url} is no URL; it looks like https://mail.example.org`;
  if (version !== undefined && !isSupportedVersion(version))
    return `--version: one of ${protocolVersions.join(', ')}`;
  return { ...options, address, user, version };
}

function misused(message: string): number {
  process.stderr.write(`${message}\n`);
  return EX_USAGE;
}

/** Looks for the server; null if it is not found. */
async function discover(order: Order, password: string, report: (step: StepReport) => void) {
  const { address = '', user, insecure = false } = order;
  const discovery = new Discovery({ address, user, password, insecure });
  for (const [name, title, run] of discovery.steps) {
    const step = await takeStep(name, title, run, () => ({ url: new URL('https://unknown.invalid'), user }));
    report(step);
    if (!step.ok) return null;
  }
  return discovery.url;
}

const passwordOf = async ({ password, user }: Order): Promise<string | null> =>
  password ?? process.env.GODWIT_DOCTOR_PASSWORD ?? askPassword(`Password of ${user}: `);

/** `godwit doctor`: returns the exit code. */
export async function runDoctor(address: string | undefined, options: DoctorOptions): Promise<number> {
  const order = orderOf(address, options);
  if (typeof order === 'string') return misused(order);
  const { user, json = false } = order;
  const password = await passwordOf(order);
  if (password === null) return misused('No password: use GODWIT_DOCTOR_PASSWORD or --password.');
  const paint = paintFor(process.stdout, process.env);
  const steps: StepReport[] = [];
  const say = (text: string): void => void (json || process.stdout.write(text));
  const report = (step: StepReport): void => {
    steps.push(step);
    say(printStep(step, paint));
  };
  say(`\n ${order.url ?? address} as ${user}\n\n`);
  const url = order.url ?? (await discover(order, password, report));
  const examination = url === null ? null : new Examination(examinationOf(order, url, password), report);
  const ok = examination !== null && (await examination.run());
  if (json) {
    const { deviceId, version } = examination ?? {};
    const found = { ok, url: examination?.url.href ?? null, user, deviceId, version, steps };
    process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  }
  say(`\n ${ok ? paint('green', 'All is well.') : paint('red', 'Something is wrong.')}\n`);
  return ok ? 0 : 1;
}

const examinationOf = (order: Order, url: string, password: string) => ({
  url,
  user: order.user,
  password,
  version: order.version,
  deviceType: order.deviceType,
  ping: order.ping,
  send: order.send === true,
  write: order.write === true,
  to: order.to,
  insecure: order.insecure === true,
});
