import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AutodiscoverEndpoint } from './endpoint.js';

/** The paths of Autodiscover. The router takes them in any case, which clients make use of. */
@Controller('autodiscover')
export class AutodiscoverController {
  constructor(@Inject(AutodiscoverEndpoint) private readonly endpoint: AutodiscoverEndpoint) {}

  @All('autodiscover.xml')
  async pox(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    reply.hijack();
    await this.endpoint.pox(request.raw, reply.raw);
  }

  @All(['autodiscover.json', 'autodiscover.json/v1.0/:address'])
  json(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    reply.hijack();
    this.endpoint.json(request.raw, reply.raw);
  }
}
