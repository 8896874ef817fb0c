import { Module, type DynamicModule } from '@nestjs/common';
import { OperationsModule } from '../operations/operations.module.js';
import { ActiveSyncController } from './active-sync.controller.js';
import { AutodiscoverController } from './autodiscover/autodiscover.controller.js';
import { AutodiscoverEndpoint } from './autodiscover/endpoint.js';
import { ActiveSyncEndpoint, type GatewayParts } from './endpoint.js';
import type { Happenings } from './push/happenings.js';
import { PushController } from './push/push.controller.js';
import { PushEndpoint } from './push/push-endpoint.js';
import { RunningRequests } from './running-requests.js';

/** The HTTP node: ActiveSync, Autodiscover, notices of servers, health, metrics. */
@Module({})
export class GatewayModule {
  static of(
    parts: GatewayParts & { readonly running: RunningRequests; readonly happenings: Happenings },
  ): DynamicModule {
    return {
      module: GatewayModule,
      imports: [OperationsModule.of(parts.core)],
      controllers: [ActiveSyncController, AutodiscoverController, PushController],
      providers: [
        { provide: ActiveSyncEndpoint, useValue: new ActiveSyncEndpoint(parts) },
        { provide: RunningRequests, useValue: parts.running },
        { provide: PushEndpoint, useValue: new PushEndpoint(parts.core, parts.happenings) },
        { provide: AutodiscoverEndpoint, useValue: new AutodiscoverEndpoint(parts.core) },
      ],
    };
  }
}
