import { Module, type DynamicModule } from '@nestjs/common';
import { Health } from '#ops';
import type { Core } from '../assembly/core.js';
import { METRICS, OperationsController } from './operations.controller.js';

/** Health and metrics, for every process. */
@Module({})
export class OperationsModule {
  static of({ health, metrics }: Core): DynamicModule {
    return {
      module: OperationsModule,
      controllers: [OperationsController],
      providers: [
        { provide: Health, useValue: health },
        { provide: METRICS, useValue: metrics },
      ],
    };
  }
}
