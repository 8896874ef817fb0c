import { Controller, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PushEndpoint } from './push-endpoint.js';

/** Where servers tell what changed (docs/operate/push.md). */
@Controller('push')
export class PushController {
  constructor(@Inject(PushEndpoint) private readonly endpoint: PushEndpoint) {}

  @Put('dovecot/:tenant')
  async dovecot(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('tenant') tenant: string,
  ): Promise<void> {
    reply.hijack();
    await this.endpoint.dovecot(request.raw, reply.raw, tenant);
  }

  @Post('changes/:tenant')
  async changes(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('tenant') tenant: string,
  ): Promise<void> {
    reply.hijack();
    await this.endpoint.changes(request.raw, reply.raw, tenant);
  }
}
