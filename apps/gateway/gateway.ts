import {
  fetchRevocationList,
  openCertificateTrust,
  type AccountAccess,
  type CertificateTrust,
  type CommandLimits,
} from '#commands';
import { DeviceClient } from '#device';
import { seldom, type Configuration } from '#ops';
import { PendingWipes } from '#policy';
import { SchedulingJobs } from '#scheduling';
import { StoreUnavailable } from '#store';
import type { WatchHub } from '#watch';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readFileSync } from 'node:fs';
import type { Core } from '../assembly/core.js';
import { beginDraining } from '../assembly/draining.js';
import { closeHttpServer, openHttpServer } from '../assembly/http-server.js';
import type { Stop } from '../assembly/process.js';
import { interruptWaits } from './interruption.js';
import { openNewestRequests } from './newest-requests.js';
import { openWatchHub } from './open-watch-hub.js';
import { Happenings, hearHappenings } from './push/happenings.js';
import { GatewayModule } from './gateway.module.js';
import { LiveBoard } from './live/live-board.js';
import { RunningRequests } from './running-requests.js';
import { DeviceTraces } from './trace/device-traces.js';

const limitsOf = ({ limits, heartbeat }: Configuration): CommandLimits => ({
  collections: limits.collections,
  commands: limits.commands,
  pingFolders: limits.pingFolders,
  minHeartbeat: heartbeat.minSeconds,
  maxHeartbeat: heartbeat.maxSeconds,
  heartbeatMargin: heartbeat.marginSeconds,
  messageBytes: limits.requestBytes,
  mailBytes: limits.mailBytes,
  document: { total: limits.requestBytes, opaque: limits.requestBytes, elements: limits.elements },
});

function openTrust({ certificates }: Configuration): CertificateTrust {
  const { roots, fetchRevocationLists } = certificates;
  const pem = roots === undefined ? null : readFileSync(roots, 'utf8');
  return openCertificateTrust(pem, fetchRevocationLists ? fetchRevocationList : null);
}

/** Work about meetings that outlives the requests it comes of. */
function openJobs({ scheduledMail, log, metrics }: Core): SchedulingJobs {
  // As long as the database is away, whoever comes makes it be asked again.
  const unavailable = seldom((error) => log.event('store.unavailable', { error }));
  return new SchedulingJobs({
    store: scheduledMail,
    report: (error) => {
      if (error instanceof StoreUnavailable) return unavailable(error.message);
      metrics.bugs.inc();
      log.event('bug', { where: 'scheduling', error });
    },
  });
}

/** The few devices to be wiped, without asking the database for every wrong password; none where there is no database. */
function openPendingWipes({ administration, bus, log }: Core): PendingWipes {
  const wipes = new PendingWipes({
    load: async () => (await administration?.wipes.inForce()) ?? [],
    onFailure: (error) => log.event('store.unavailable', { error }),
  });
  bus.subscribe('device-changed', () => wipes.refresh());
  bus.onGap(() => wipes.refresh());
  return wipes.open();
}

interface ServingParts {
  readonly core: Core;
  readonly app: NestFastifyApplication;
  readonly watch: WatchHub<AccountAccess>;
  readonly jobs: SchedulingJobs;
  readonly running: RunningRequests;
}

/** The part of what is left of the grace period after which answers are broken off: actors and stores have to be closed, too. */
const FOR_ANSWERS = 0.8;

const within = async (milliseconds: number, work: Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([work, late]);
  clearTimeout(timer);
};

/** The HTTP node, serving. */
export class Gateway {
  private constructor(
    private readonly parts: ServingParts,
    readonly url: string,
    /** Ends what is heard and told on the bus. */
    private readonly leaveBus: () => void,
  ) {}

  static async open(core: Core): Promise<Gateway> {
    const { configuration, log } = core;
    const watch = openWatchHub(core);
    const devices = new DeviceClient(core.runtime, configuration.limits.askSeconds * 1000);
    const certificates = openTrust(configuration);
    const jobs = openJobs(core);
    const board = new LiveBoard({ bus: core.bus, node: core.node });
    const traces = new DeviceTraces(core.bus);
    const endHearing = interruptWaits(core, watch);
    const newest = openNewestRequests(core, watch);
    const happenings = new Happenings(core.bus);
    const endHappenings = hearHappenings(core.bus, watch);
    const wipes = openPendingWipes(core);
    const running = new RunningRequests((error) => {
      core.metrics.bugs.inc();
      log.event('bug', { where: 'request', error });
    });
    const module = GatewayModule.of({
      core,
      devices,
      watch,
      requests: newest.requests,
      limits: limitsOf(configuration),
      certificates,
      jobs,
      wipes,
      board,
      traces,
      running,
      happenings,
    });
    const { app, url } = await openHttpServer(module, configuration.listen, log);
    log.event('listen.started', { role: 'gateway', url });
    return new Gateway({ core, app, watch, jobs, running }, url, () => {
      endHearing();
      newest.close();
      happenings.flush();
      endHappenings();
      wipes.close();
      board.close();
      traces.close();
    });
  }

  /**
   * Not ready any more, waiting phones answered "no change", running answers finished, and what outlives the connection it
   * came over; all within the grace period.
   */
  async close(stop: Stop): Promise<void> {
    const { core, app, watch, jobs, running } = this.parts;
    await beginDraining(core, stop, { held: watch.size, sendOn: (spread) => watch.drain(spread) });
    await closeHttpServer(app, stop.left() * FOR_ANSWERS);
    await within(stop.left() * FOR_ANSWERS, Promise.all([running.ended(), jobs.close()]));
    this.leaveBus();
  }
}
