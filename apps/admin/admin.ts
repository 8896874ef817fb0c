import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Database } from '#store';
import type { Core } from '../assembly/core.js';
import { openHttpServer } from '../assembly/http-server.js';
import { consoleFolder } from '../assembly/paths.js';
import { OperationsModule } from '../operations/operations.module.js';
import { serveConsole } from './console/serve-console.js';
import { TokenGuard } from './guard.js';
import { handlersOf } from './handlers.js';
import type { AdminParts } from './parts.js';
import { registerRoutes, type Auditor } from './register-routes.js';

export interface AdminOptions {
  /** Bearer token of the first administrator. */
  readonly firstToken: string | null;
}

/** The administrators' API and console, serving. Phones do not notice whether it is there. */
export class Admin {
  private constructor(
    private readonly app: NestFastifyApplication,
    readonly url: string,
  ) {}

  static async open(core: Core, database: Database, options: AdminOptions): Promise<Admin> {
    const parts: AdminParts = { core, bus: core.bus, database, stores: database.administration };
    const guard = new TokenGuard(options.firstToken, database.administration.tokens);
    const auditor: Auditor = { record: async () => undefined };
    const { app, url } = await openHttpServer(
      OperationsModule.of(core),
      core.configuration.admin,
      core.log,
      (fastify) => {
        registerRoutes(fastify, handlersOf(parts), { parts, guard, auditor });
        serveConsole(fastify, consoleFolder);
      },
    );
    core.log.event('listen.started', { role: 'admin', url });
    return new Admin(app, url);
  }

  async close(): Promise<void> {
    await this.app.close();
  }
}
