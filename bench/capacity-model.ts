/*
 * What an installation needs: measured costs times what phones do. No measuring here, and no printing: cases/capacity.ts
 * measures, capacity-page.ts shows.
 */

/** Milliseconds of processor time that one thing takes in each part. */
export interface Cost {
  readonly gateway: number;
  readonly host: number;
  readonly postgres: number;
  readonly redis: number;
}

/** What was measured on one machine. Bytes and milliseconds. */
export interface Costs {
  /** A Sync without news: one ask. */
  readonly quietSync: Cost;
  /** Told of one mail: the ask whether it is news, the Sync that brings it, the next Ping. */
  readonly news: Cost;
  /** The first Sync of a thousand mails. */
  readonly firstThousand: Cost;
  /** A Ping that ends without news, and the next one. */
  readonly pingAgain: Cost;
  /** A phone that waits for a second, at rest. */
  readonly waitingSecond: Cost;
  /** A waiting phone in a gateway. */
  readonly waitingBytes: number;
  /** A process that has just started. */
  readonly gatewayBytes: number;
  readonly hostBytes: number;
  /** A connection to an IMAP server, in the process that has it. */
  readonly imapBytes: number;
  /** Rows of a device that has its folders, without what it knows of mails; indexes included. */
  readonly deviceRowBytes: number;
  /** Rows about a thousand mails a device knows. */
  readonly thousandMailsBytes: number;
  /** In Redis. */
  readonly redisDeviceBytes: number;
  /** On the wire for a mail, both ways, as the bench's mails are. */
  readonly newsWireBytes: number;
}

/** What phones do. Rates are of the busiest hour. */
export interface Assumptions {
  /** Part of all devices that wait at the busiest time. */
  readonly waiting: number;
  /** New mails (and other changes by others) a device hears of in that hour. */
  readonly mails: number;
  /** Syncs without news in that hour: somebody opens the app, or flags a mail. */
  readonly syncs: number;
  /** Minutes a phone lets a Ping wait. */
  readonly heartbeat: number;
  /** Minutes between two looks at a waiting phone's account that nobody told anything of. */
  readonly recheck: number;
  /** Devices set up in that hour, of a thousand. */
  readonly setUps: number;
  /** Mails a device knows: the days it was told to keep. */
  readonly known: number;
  /** Devices of one account. */
  readonly devicesPerAccount: number;
  /** Part of a core that a process may use at that time: the rest is for bursts, and for those that come from a dead node. */
  readonly load: number;
  /** Phones that one gateway holds at most. */
  readonly held: number;
  /** Seconds a connection to an IMAP server stays open after its last use. */
  readonly idle: number;
}

export const assumed: Assumptions = {
  waiting: 0.9,
  mails: 5,
  syncs: 4,
  heartbeat: 15,
  recheck: 15,
  setUps: 1,
  known: 1000,
  devicesPerAccount: 1.3,
  load: 0.5,
  held: 10_000,
  idle: 90,
};

/** What so many devices need at the busiest time. */
export interface Need {
  readonly devices: number;
  readonly gateways: number;
  readonly hosts: number;
  readonly postgresCores: number;
  readonly redisCores: number;
  readonly gatewayGiB: number;
  readonly hostGiB: number;
  readonly databaseGiB: number;
  readonly redisMiB: number;
  readonly asksPerSecond: number;
  /** Connections to IMAP servers where these tell nothing by themselves. */
  readonly imapWatching: number;
  /** The same where servers send notices. */
  readonly imapWithPush: number;
  readonly megabits: number;
}

const HOUR = 3600;
const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** Cores of each part that are busy. */
function busyCores(costs: Costs, given: Assumptions, devices: number): Cost {
  const waiting = devices * given.waiting;
  const perSecond: readonly (readonly [Cost, number])[] = [
    [costs.quietSync, (devices * given.syncs) / HOUR + waiting / (given.recheck * 60)],
    [costs.news, (devices * given.mails) / HOUR],
    [costs.firstThousand, (devices * (given.setUps / 1000) * (given.known / 1000)) / HOUR],
    [costs.pingAgain, waiting / (given.heartbeat * 60)],
    [costs.waitingSecond, waiting],
  ];
  const of = (part: keyof Cost): number =>
    perSecond.reduce((sum, [cost, times]) => sum + (cost[part] * times) / 1000, 0);
  return { gateway: of('gateway'), host: of('host'), postgres: of('postgres'), redis: of('redis') };
}

/** One more than is needed, where there is more than one: any of them may die. */
const spared = (count: number): number => Math.max(2, Math.ceil(count) + 1);

export function needOf(costs: Costs, given: Assumptions, devices: number): Need {
  const cores = busyCores(costs, given, devices);
  const waiting = devices * given.waiting;
  const accounts = devices / given.devicesPerAccount;
  const gateways = spared(Math.max(waiting / given.held, cores.gateway / given.load));
  const hosts = spared(cores.host / given.load);
  const wakes = (devices * given.mails) / HOUR;
  const others =
    (devices * given.syncs) / HOUR + waiting / (given.heartbeat * 60) + waiting / (given.recheck * 60);
  // An account in use has a connection in its gateway for content and one in its actor host for what changed.
  const inUse = Math.min(accounts, (wakes + others) * given.idle) * 2;
  const watched = Math.min(accounts, waiting);
  return {
    devices,
    gateways,
    hosts,
    postgresCores: cores.postgres / given.load,
    redisCores: cores.redis / given.load,
    gatewayGiB:
      (gateways * costs.gatewayBytes + waiting * costs.waitingBytes + (inUse / 2) * costs.imapBytes) / GIB,
    hostGiB: (hosts * costs.hostBytes + (inUse / 2) * costs.imapBytes) / GIB,
    databaseGiB: (devices * (costs.deviceRowBytes + (costs.thousandMailsBytes * given.known) / 1000)) / GIB,
    redisMiB: (waiting * costs.redisDeviceBytes) / MIB,
    asksPerSecond: wakes * 3 + others,
    imapWatching: watched + inUse,
    imapWithPush: inUse,
    megabits: (wakes * costs.newsWireBytes * 8) / 1e6,
  };
}
