import { protocolVersions } from '#eas';
import { Examination, isSupportedVersion } from './examination.js';
import { askPassword } from './password.js';
import { paintFor, printStep } from './print.js';

export interface DoctorOptions {
  readonly url: string;
  readonly user: string;
  readonly password?: string;
  readonly json?: boolean;
  readonly version?: string;
  readonly deviceType: string;
  readonly send?: boolean;
  readonly to?: string;
  /** Seconds. */
  readonly ping: number;
  readonly insecure?: boolean;
}

const EX_USAGE = 64;

function misused(message: string): number {
  process.stderr.write(`${message}\n`);
  return EX_USAGE;
}

/** `godwit doctor`: returns the exit code. */
export async function runDoctor(options: DoctorOptions): Promise<number> {
  const { url, user, version, json = false } = options;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return misused(`--url: ${url} is no URL; it looks like https://mail.example.org`);
  if (version !== undefined && !isSupportedVersion(version))
    return misused(`--version: one of ${protocolVersions.join(', ')}`);
  const password =
    options.password ?? process.env.GODWIT_DOCTOR_PASSWORD ?? (await askPassword(`Password of ${user}: `));
  if (password === null) return misused('No password: use GODWIT_DOCTOR_PASSWORD or --password.');
  const paint = paintFor(process.stdout, process.env);
  const examination = new Examination(
    {
      url,
      user,
      password,
      version,
      deviceType: options.deviceType,
      ping: options.ping,
      send: options.send === true,
      to: options.to,
      insecure: options.insecure === true,
    },
    (step) => void (json || process.stdout.write(printStep(step, paint))),
  );
  if (!json) process.stdout.write(`\n ${examination.url.href} as ${user}\n\n`);
  const ok = await examination.run();
  if (json) {
    const { deviceId, steps } = examination;
    const report = { ok, url: examination.url.href, user, deviceId, version: examination.version, steps };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    process.stdout.write(`\n ${ok ? paint('green', 'All is well.') : paint('red', 'Something is wrong.')}\n`);
  }
  return ok ? 0 : 1;
}
