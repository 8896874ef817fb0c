import { Module, type DynamicModule } from '@nestjs/common';
import { OperationsModule } from '../operations/operations.module.js';
import { ActiveSyncController } from './active-sync.controller.js';
import { ActiveSyncEndpoint, type GatewayParts } from './endpoint.js';

/** The HTTP node: ActiveSync, health, metrics. */
@Module({})
export class GatewayModule {
  static of(parts: GatewayParts): DynamicModule {
    return {
      module: GatewayModule,
      imports: [OperationsModule.of(parts.core)],
      controllers: [ActiveSyncController],
      providers: [{ provide: ActiveSyncEndpoint, useValue: new ActiveSyncEndpoint(parts) }],
    };
  }
}
