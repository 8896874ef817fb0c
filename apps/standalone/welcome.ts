import type { Demo } from './demo.js';

const PATH = '/Microsoft-Server-ActiveSync';

/** What somebody who just started Godwit needs to know, on standard error so that the log stays a log. */
export interface Welcome {
  readonly url: string;
  readonly demo: Demo | null;
  /** Where administrators connect. */
  readonly admin: string;
}

export function printWelcome({ url, demo, admin }: Welcome): void {
  const base = url.replace(/\/$/, '');
  const lines = [
    '',
    '  Godwit is ready.',
    '',
    `  ActiveSync   ${base}${PATH}`,
    `  Console      ${admin}  (sign in with what "npx godwit token" prints)`,
    `  Health       ${base}/health/ready`,
  ];
  if (demo) {
    lines.push(
      `  Account      ${demo.user}`,
      `  Password     ${demo.password}`,
      `  Mail         ${demo.maildir} (a Maildir: what you drop into new/ arrives on the phone)`,
      '',
      '  Try it       npx godwit doctor --send \\',
      `                 --url ${base} --user ${demo.user} --password ${demo.password}`,
      '  A phone      add an account of kind Exchange (ActiveSync), e-mail and user as above, server',
      '               this computer. Phones want TLS: put a proxy with a certificate in front, and',
      '               start with GODWIT_LISTEN_HOST=0.0.0.0 to be reached from outside.',
      '  Your mail    write a godwit.yaml (docs/operate/configuration.md), then GODWIT_CONFIG=godwit.yaml npm start',
    );
  }
  process.stderr.write(`${lines.join('\n')}\n\n`);
}
