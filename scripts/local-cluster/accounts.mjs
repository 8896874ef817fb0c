// What is in the accounts of a cluster when it starts for the first time: the mails and items of the demo account.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillDemoItems } from '../../dist/apps/standalone/demo-items.js';
import { demoMails } from '../../dist/apps/standalone/demo-mails.js';
import { lmtpDeliver } from '../../dist/tests/servers/lmtp.js';
import { ACCOUNTS } from './layout.mjs';

export async function fillAccounts({ folder, ports }) {
  const done = join(folder, 'items', '.filled');
  if (existsSync(done)) return;
  mkdirSync(join(folder, 'items'), { recursive: true });
  for (const user of ACCOUNTS) {
    for (const mail of demoMails(user)) await lmtpDeliver(ports.lmtp, user, mail);
    await fillDemoItems(join(folder, 'items'), user, new Date());
  }
  writeFileSync(done, '');
}
