import { createInterface } from 'node:readline/promises';
import { misused } from '../exit-codes.js';

/** Asks on the terminal; anything but yes is no. Where nobody can be asked the command needs --yes. */
export async function confirm(question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes === true) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw misused('There is no terminal to ask on: confirm with --yes.');
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await reader.question(`${question} [y/N] `)).trim());
  } finally {
    reader.close();
  }
}
