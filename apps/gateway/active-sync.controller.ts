import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ActiveSyncEndpoint } from './endpoint.js';
import { RunningRequests } from './running-requests.js';

/** The one URL of ActiveSync (MS-ASHTTP 2.2.1.1.1). Takes the sockets over from the framework: both ways are streams. */
@Controller()
export class ActiveSyncController {
  constructor(
    @Inject(ActiveSyncEndpoint) private readonly endpoint: ActiveSyncEndpoint,
    @Inject(RunningRequests) private readonly running: RunningRequests,
  ) {}

  @All('Microsoft-Server-ActiveSync')
  async handle(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    reply.hijack();
    if (request.method === 'POST') await this.running.run(() => this.endpoint.post(request.raw, reply.raw));
    else if (request.method === 'OPTIONS') await this.endpoint.options(request.raw, reply.raw);
    else reply.raw.writeHead(405, { Allow: 'OPTIONS,POST', 'Content-Length': 0 }).end();
  }
}
