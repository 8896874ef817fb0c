import { randomBytes } from 'node:crypto';
import { Phone, type Collection } from '#phone';
import { startGodwit, type GodwitProcess } from '../../tests/servers/index.js';
import { DavServer, type DavKind } from '../dav-server.js';
import { median, timed, times, type Measured } from '../measured.js';
import type { Sizes } from '../options.js';

/** Contacts and events of a Radicale: first sync, nothing new, one changed. */
const TIMES_BARE = 3;
const WINDOW = 100;
const WARM_UP_RUNS = 20;
const NO_CHANGE_RUNS = 20;
/** Milliseconds on top of what the server takes itself, as for mail. */
const NO_CHANGE_ON_TOP = 10;
const CHANGE_RUNS = 10;
/** One change: what changed since, and its text. */
const CHANGE_REQUESTS = 2;
const CHANGE_KIB = 4;
const USER = 'bench';

interface World {
  readonly dav: DavServer;
  readonly godwit: GodwitProcess;
  readonly size: number;
  readonly runs: number;
}

const classes = {
  carddav: { itemClass: 'Contacts', what: 'contacts' },
  caldav: { itemClass: 'Calendar', what: 'events' },
} as const;

export async function measurePim(
  { pim: size, runs }: Sizes,
  say: (text: string) => void,
): Promise<Measured[]> {
  const dav = await DavServer.start(size);
  const server = { url: dav.url, login: dav.user, password: dav.password };
  const godwit = await startGodwit('serve', {
    log: { level: 'warn' },
    tenants: [
      {
        domains: ['*'],
        provisioning: 'off',
        mail: { kind: 'memory', passwords: { [USER]: dav.password } },
        contacts: { kind: 'carddav', ...server },
        calendar: { kind: 'caldav', ...server },
      },
    ],
  });
  const world = { dav, godwit, size, runs: Math.min(runs, 3) };
  const measured: Measured[] = [];
  try {
    for (const kind of ['carddav', 'caldav'] as const) {
      say(`${size} ${classes[kind].what}`);
      const { rows, folder } = await firstSync(world, kind);
      measured.push(
        ...rows,
        ...(await noChange(world, kind, folder)),
        ...(await oneChanged(world, kind, folder)),
      );
    }
  } finally {
    process.stderr.write(godwit.output());
    await godwit.stop();
    await dav.stop();
  }
  return measured;
}

async function ready({ dav, godwit }: World, kind: DavKind): Promise<Collection> {
  const phone = new Phone({
    url: godwit.url,
    user: USER,
    password: dav.password,
    deviceId: `bench${randomBytes(8).toString('hex')}`,
    content: 'ids',
  });
  const status = await phone.folderSync();
  if (status !== 1) throw new Error(`FolderSync: Status ${status}`);
  return phone.itemFolder(classes[kind].itemClass).collection;
}

async function firstSync(
  world: World,
  kind: DavKind,
): Promise<{ readonly rows: Measured[]; readonly folder: Collection }> {
  const { dav, size, runs } = world;
  const multiget = await dav.bareMultiget(kind);
  const [all, bare, requests, kib] = [[], [], [], []] as number[][] as [
    number[],
    number[],
    number[],
    number[],
  ];
  let folder = await ready(world, kind);
  for (let run = 0; run < runs; run++) {
    const bound = await timed(multiget);
    if (bound.result !== size) throw new Error(`${bound.result} of ${size} by multiget`);
    bare.push(bound.ms);
    folder = await ready(world, kind);
    const passed = await dav.during(async () => {
      const { ms, result } = await timed(() => folder.syncAll({ window: WINDOW }));
      if (result.status !== 1 || folder.items.size !== size)
        throw new Error(`Status ${result.status}, ${folder.items.size} of ${size} ${classes[kind].what}`);
      all.push(ms);
    });
    requests.push(passed.requests);
    kib.push(passed.bytes / 1024);
  }
  const title = titleOf(kind, size, 'first sync');
  const bound = { what: 'bare multiget', value: median(bare) };
  const row = `pim-initial-${kind}`;
  return {
    folder,
    rows: [
      { row, title, unit: 'ms', value: median(all), bound, budget: bound.value * TIMES_BARE },
      { row: `${row}-requests`, title: `${title}: requests`, unit: 'x', value: median(requests) },
      { row: `${row}-kib`, title: `${title}: answers`, unit: 'KiB', value: median(kib) },
    ],
  };
}

async function noChange({ dav, size }: World, kind: DavKind, folder: Collection): Promise<Measured[]> {
  const sync = async (): Promise<unknown> => folder.sync({ window: WINDOW });
  await times(WARM_UP_RUNS, sync);
  let values: number[] = [];
  const { requests, bytes } = await dav.during(async () => void (values = await times(NO_CHANGE_RUNS, sync)));
  const ask = await dav.bareQuestion(kind);
  const bound = { what: 'bare sync-collection', value: median(await times(NO_CHANGE_RUNS, ask)) };
  const title = titleOf(kind, size, 'no-change Sync');
  const row = `pim-no-change-${kind}`;
  return [
    { row, title, unit: 'ms', value: median(values), bound, budget: bound.value + NO_CHANGE_ON_TOP },
    {
      row: `${row}-requests`,
      title: `${title}: requests`,
      unit: 'x',
      value: requests / NO_CHANGE_RUNS,
      budget: 1,
    },
    {
      row: `${row}-kib`,
      title: `${title}: answers`,
      unit: 'KiB',
      value: bytes / NO_CHANGE_RUNS / 1024,
      budget: 1,
    },
  ];
}

async function oneChanged({ dav, size }: World, kind: DavKind, folder: Collection): Promise<Measured[]> {
  const values: number[] = [];
  let [requests, bytes] = [0, 0];
  for (let run = 0; run < CHANGE_RUNS; run++) {
    await dav.change(kind, run * 17, `Changed ${run}`);
    const passed = await dav.during(async () => {
      const { changed, timing } = await folder.sync({ window: WINDOW });
      if (changed.length !== 1) throw new Error(`${changed.length} changes where there is 1`);
      values.push(timing.total);
    });
    requests += passed.requests / CHANGE_RUNS;
    bytes += passed.bytes / CHANGE_RUNS;
  }
  const title = titleOf(kind, size, 'Sync with one change');
  const row = `pim-change-${kind}`;
  return [
    { row, title, unit: 'ms', value: median(values) },
    {
      row: `${row}-requests`,
      title: `${title}: requests`,
      unit: 'x',
      value: requests,
      budget: CHANGE_REQUESTS,
    },
    { row: `${row}-kib`, title: `${title}: answers`, unit: 'KiB', value: bytes / 1024, budget: CHANGE_KIB },
  ];
}

const titleOf = (kind: DavKind, size: number, what: string): string =>
  `${what}, ${size.toLocaleString('en')} ${classes[kind].what}`;
