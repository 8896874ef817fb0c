import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { faultSeed, faultTime } from './chance.js';

/** What the suite found out about one fault. */
export interface Finding {
  readonly fault: string;
  readonly shape: 'cluster' | 'standalone';
  /** Milliseconds until each phone had synced again, from the fault or its end on. */
  readonly recovery: number;
  readonly from: 'the fault' | 'its end';
  /** Exchanges of all phones since the site was opened, and those of them that had to be tried again because of this fault. */
  readonly exchanges: number;
  readonly troubles: number;
}

/** Where the findings of the last run lie, for `node scripts/reliability.mjs`. */
const FILE = join(process.cwd(), 'var', 'faults.json');

/** Keeps the finding in place of what an earlier run found out about the same. */
export function report(finding: Finding): void {
  let earlier: Finding[] = [];
  try {
    earlier = (JSON.parse(readFileSync(FILE, 'utf8')) as { findings: Finding[] }).findings;
  } catch {
    // There was none.
  }
  const others = earlier.filter(({ fault, shape }) => fault !== finding.fault || shape !== finding.shape);
  const findings = [...others, finding];
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(FILE, JSON.stringify({ seed: faultSeed, seconds: faultTime / 1000, findings }, null, 2));
  const { shape, fault, recovery, from, troubles } = finding;
  process.stdout.write(`${shape}: ${fault}: ${recovery} ms from ${from}, ${troubles} retries\n`);
}
