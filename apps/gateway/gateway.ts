import {
  fetchRevocationList,
  openCertificateTrust,
  type CertificateTrust,
  type CommandLimits,
} from '#commands';
import { DeviceClient } from '#device';
import { seldom, type Configuration } from '#ops';
import { PendingWipes } from '#policy';
import { SchedulingJobs } from '#scheduling';
import { StoreUnavailable } from '#store';
import { readFileSync } from 'node:fs';
import type { Defer } from '../assembly/closers.js';
import type { Core } from '../assembly/core.js';
import { beginDraining } from '../assembly/draining.js';
import { closeHttpServer, openHttpServer } from '../assembly/http-server.js';

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

/** Opens the HTTP node. `defer` closes it: waiting phones are answered "no change", running answers finished. */
export async function openGateway(core: Core, defer: Defer): Promise<{ readonly url: string }> {
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
  defer('what the gateway hears', async () => {
    endHearing();
    newest.close();
    happenings.flush();
    endHappenings();
    wipes.close();
    board.close();
    traces.close();
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
  defer('work about meetings', () => jobs.close());
  // A phone may have hung up in the middle of its request: what it wanted is done all the same.
  defer('running requests', () => running.ended());
  defer('connections of phones', ({ left }) => closeHttpServer(app, left()));
  defer('waiting phones', (stop) =>
    beginDraining(core, stop, { held: watch.size, sendOn: (spread) => watch.drain(spread) }),
  );
  log.event('listen.started', { role: 'gateway', url });
  return { url };
}
