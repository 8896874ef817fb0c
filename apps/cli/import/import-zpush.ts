import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { operations } from '#admin-api';
import { runApi, type Api, type ApiOptions } from '../api/run.js';
import { CommandFailure, exitCodes, misused } from '../exit-codes.js';
import { printable } from '../print/width.js';
import { importedOf, type ImportedDevice } from './imported-device.js';
import { tableStates } from './table-rows.js';
import { collect, directoryStates } from './zpush-directory.js';
import type { Unread, ZPushContent } from './zpush-states.js';

export interface ImportOptions extends ApiOptions {
  readonly users?: string;
  readonly tenant?: string;
  readonly dryRun?: boolean;
}

type Imported = z.output<typeof operations.Imported>;

/** What came of it all, as --json prints it. */
interface Report extends Imported {
  readonly dryRun: boolean;
  readonly devices: number;
  readonly folders: number;
  /** Devices that were wiped there, or should be. */
  readonly wiped: number;
  readonly unread: readonly Unread[];
}

/** Devices that are sent at a time: the API takes up to 1000, and each may bring many folders. */
const BATCH = 100;

function usersOf(path: string | undefined): ReadonlyMap<string, string> {
  if (path === undefined) return new Map();
  try {
    const read = z.record(z.string(), z.string().min(1)).parse(parse(readFileSync(path, 'utf8')));
    return new Map(Object.entries(read).map(([there, here]) => [there.toLowerCase(), here]));
  } catch (error) {
    const reason = error instanceof z.ZodError ? 'not a map of names to names' : (error as Error).message;
    throw misused(`--users ${path}: ${reason}`);
  }
}

/** Everything of use at the path. Throws CommandFailure. */
export function readZPush(path: string): ZPushContent {
  let content: ZPushContent;
  try {
    content = collect(statSync(path).isDirectory() ? directoryStates(path) : tableStates(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandFailure(`${path} cannot be read (${code}).`);
  }
  if (content.devices.length === 0 && content.unread.length === 0)
    throw new CommandFailure(
      `There are no devices of Z-Push in ${path}. It should be the folder STATE_DIR of its configuration names (with ` +
        'folders of one letter in it), a dump of its tables (zpush_states), or that table as CSV with a line of column names.',
    );
  return content;
}

/** What is sent: each device once for each of its users, the user as called here. */
export function importedDevices(
  { devices, imapNames }: ZPushContent,
  users: ReadonlyMap<string, string>,
  tenant: string | undefined,
): ImportedDevice[] {
  const none: ReadonlyMap<string, string> = new Map();
  return devices.map((device) => {
    const user = users.get(device.user.toLowerCase()) ?? device.user;
    return importedOf(device, imapNames.get(device.deviceId.toLowerCase()) ?? none, user, tenant);
  });
}

async function send(api: Api, devices: readonly ImportedDevice[], dryRun: boolean): Promise<Imported> {
  const sum: Imported = { made: 0, known: 0, refused: [] };
  for (let start = 0; start < devices.length; start += BATCH) {
    const batch = devices.slice(start, start + BATCH);
    const { made, known, refused } = await api.client.call('POST /imports', {
      body: { devices: batch, dryRun },
    });
    sum.made += made;
    sum.known += known;
    sum.refused.push(...refused);
    api.note(`${Math.min(start + BATCH, devices.length)} of ${devices.length}`);
  }
  return sum;
}

const MOST_LINES = 50;

function listed(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const left = lines.length - MOST_LINES;
  const shown = lines.slice(0, MOST_LINES).map((line) => printable(`  ${line}`));
  return ['', title, ...shown, ...(left > 0 ? [`  and ${left} more; --json tells all`] : [])];
}

const CANNOT = [
  '',
  'What cannot be carried over: what each phone has of each folder (its sync keys). Phones are told so when they connect, and',
  'load their folders again by themselves. Accounts on phones stay as they are, if the address of the server stays.',
];

function reportLines({ dryRun, devices, made, known, folders, wiped, refused, unread }: Report): string[] {
  const would = dryRun ? 'would be ' : '';
  return [
    `${devices} devices were found: ${made} ${would}made known, ${known} were known before, ${refused.length} ${would}refused.`,
    `${folders} folders of theirs could be told by their place at the source.`,
    ...(wiped > 0
      ? [`${wiped} were wiped, or waited to be: they ${dryRun ? 'would be' : 'are'} blocked.`]
      : []),
    ...listed(
      'Refused:',
      refused.map(({ user, deviceId, reason }) => `${user}, ${deviceId}: ${reason}`),
    ),
    ...listed(
      'Could not be read:',
      unread.map(({ where, reason }) => `${where}: ${reason}`),
    ),
    ...CANNOT,
  ];
}

/** `godwit import zpush`: returns the exit code. */
export function importZPush(path: string, options: ImportOptions): Promise<number> {
  return runApi(options, async (api) => {
    const users = usersOf(options.users);
    const content = readZPush(path);
    const devices = importedDevices(content, users, options.tenant);
    const dryRun = options.dryRun === true;
    const imported = await send(api, devices, dryRun);
    const report: Report = {
      dryRun,
      devices: devices.length,
      folders: devices.reduce((sum, { folders }) => sum + (folders?.length ?? 0), 0),
      wiped: devices.filter(({ wiped }) => wiped).length,
      ...imported,
      unread: content.unread,
    };
    api.answer(report, reportLines);
    return imported.refused.length + content.unread.length === 0 ? exitCodes.ok : exitCodes.failed;
  });
}
