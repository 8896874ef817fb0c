import { Controller, Get, Inject, Res } from '@nestjs/common';
import { Health, type HealthReport, type Metrics } from '#ops';
import type { FastifyReply } from 'fastify';

export const METRICS = Symbol('metrics');

const SERVICE_UNAVAILABLE = 503;

/** What an orchestrator and a Prometheus ask every process. */
@Controller()
export class OperationsController {
  constructor(
    @Inject(Health) private readonly health: Health,
    @Inject(METRICS) private readonly metrics: Metrics,
  ) {}

  /** The start is over: until then the other two are not asked. */
  @Get('health/startup')
  startup(@Res({ passthrough: true }) reply: FastifyReply): HealthReport {
    return told(reply, this.health.startup());
  }

  /** The event loop turns. */
  @Get('health/live')
  live(@Res({ passthrough: true }) reply: FastifyReply): HealthReport {
    return told(reply, this.health.live());
  }

  /** Traffic may come. */
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthReport> {
    return told(reply, await this.health.ready());
  }

  @Get('metrics')
  async exposition(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { contentType, body } = await this.metrics.exposition();
    void reply.type(contentType);
    return body;
  }
}

function told(reply: FastifyReply, report: HealthReport): HealthReport {
  if (!report.ok) void reply.status(SERVICE_UNAVAILABLE);
  return report;
}
