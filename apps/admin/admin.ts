import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Database } from '#store';
import type { Core } from '../assembly/core.js';
import { closeHttpServer, openHttpServer } from '../assembly/http-server.js';
import { consoleFolder } from '../assembly/paths.js';
import { OperationsModule } from '../operations/operations.module.js';
import { serveConsole } from './console/serve-console.js';
import { Chores } from './chores.js';
import { ApiGuard } from './guard.js';
import { handlersOf } from './handlers.js';
import { closeLooks, openLooks } from './looks.js';
import type { AdminParts } from './parts.js';
import { registerRoutes } from './register-routes.js';
import { sweep } from './retention/retention.js';
import { WebhookDispatcher } from './webhooks/dispatcher.js';
import { guardTheDoor } from './sign-in/gate.js';
import { openSignIn } from './sign-in/open-sign-in.js';

export interface AdminOptions {
  /** Bearer token of the first administrator. */
  readonly firstToken: string | null;
}

/** The administrators' API and console, serving. Phones do not notice whether it is there. */
export class Admin {
  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly parts: AdminParts,
    private readonly chores: Chores,
    readonly url: string,
  ) {}

  static async open(core: Core, database: Database, options: AdminOptions): Promise<Admin> {
    const stores = database.administration;
    const signIn = openSignIn(core, stores, options.firstToken);
    const parts: AdminParts = { core, bus: core.bus, database, stores, signIn, ...openLooks(core, stores) };
    const guard = new ApiGuard(signIn);
    const { app, url } = await openHttpServer(
      OperationsModule.of(core),
      core.configuration.admin,
      core.log,
      (fastify) => {
        guardTheDoor(fastify, core.configuration, signIn.limits);
        registerRoutes(fastify, handlersOf(parts), { parts, guard, auditor: signIn.auditor });
        serveConsole(fastify, consoleFolder);
      },
    );
    core.log.event('listen.started', { role: 'admin', url });
    return new Admin(app, parts, choresOf(parts), url);
  }

  /** Running calls may take `patience` milliseconds to end. */
  async close(patience: number): Promise<void> {
    await this.chores.close();
    await closeLooks(this.parts);
    await closeHttpServer(this.app, patience);
  }
}

/** Milliseconds between looks for news that webhooks want, and between sweeps of what is old. */
const NEWS = 1000;
const SWEEP = 3_600_000;

function choresOf({ core, stores, signIn }: AdminParts): Chores {
  const { configuration, log, metrics } = core;
  const chores = new Chores(log);
  chores.add('retention', SWEEP, () => sweep(core, stores, signIn.auditor));
  const endpoints = configuration.webhooks;
  if (endpoints.length > 0) {
    const dispatcher = new WebhookDispatcher({ store: stores.webhooks, endpoints, log, metrics });
    chores.add('webhooks', NEWS, () => dispatcher.run());
  }
  return chores;
}
