// Writes the findings of the last run of the fault suite (var/faults.json) into docs/operate/reliability.md, between its
// markers: npm run test:faults && node scripts/reliability.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const page = join(root, 'docs/operate/reliability.md');
const BEGIN = '<!-- findings -->';
const END = '<!-- end of findings -->';

const { seed, seconds, findings } = JSON.parse(readFileSync(join(root, 'var/faults.json'), 'utf8'));
const row = ({ shape, fault, recovery, from, troubles }) =>
  `| ${shape} | ${fault} | ${(recovery / 1000).toFixed(1)} s from ${from} | ${troubles} |`;
const table = [
  `Run of ${new Date().toISOString().slice(0, 10)} on ${cpus().length} cores; freezes and partitions of ${seconds} s; the last seed was ${seed}.`,
  '',
  '| shape | fault | every phone has synced again | attempts that had to be repeated |',
  '| --- | --- | --- | --- |',
  ...findings.map(row),
].join('\n');

const text = readFileSync(page, 'utf8');
const begin = text.indexOf(BEGIN) + BEGIN.length;
const end = text.indexOf(END);
if (begin < BEGIN.length || end < begin) throw new Error(`${page} has no markers`);
writeFileSync(page, `${text.slice(0, begin)}\n\n${table}\n\n${text.slice(end)}`);
