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
  handle(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    reply.hijack();
    const [asked, answer] = [request.raw, reply.raw];
    // Not awaited: the framework would keep what it knows of a request for as long as its phone waits.
    if (asked.method === 'POST') void this.running.run(() => this.endpoint.post(asked, answer));
    else if (asked.method === 'OPTIONS') void this.running.run(() => this.endpoint.options(asked, answer));
    else reply.raw.writeHead(405, { Allow: 'OPTIONS,POST', 'Content-Length': 0 }).end();
  }
}
