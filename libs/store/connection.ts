import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { guarded } from './errors.js';
import { PrismaClient } from './generated/client.js';
import type { Statement } from './statements.js';

/** Milliseconds. A phone waits; but a request that hangs here holds an actor, so it fails rather sooner. */
const connectTimeout = 5_000;
const statementTimeout = 15_000;

export interface ConnectionOptions {
  /** Connections at most; default 10. */
  readonly connections?: number;
  /** Told when an idle connection is lost. The pool mends itself: for the log only. */
  readonly onLost?: (error: Error) => void;
}

/** One pool of connections, used by Prisma's typed client and by the prepared statements of the hot path alike. */
export class Connection {
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;

  constructor(config: pg.PoolConfig, options: ConnectionOptions = {}) {
    this.pool = new pg.Pool({
      max: options.connections ?? 10,
      connectionTimeoutMillis: connectTimeout,
      statement_timeout: statementTimeout,
      // The server ends a statement by itself; this is for a server that does not answer at all any more.
      query_timeout: statementTimeout + 2_000,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      application_name: 'godwit',
      ...config,
    });
    // Without a listener a lost idle connection would end the process.
    this.pool.on('error', (error) => options.onLost?.(error));
    this.prisma = new PrismaClient({ adapter: new PrismaPg(this.pool) });
  }

  /** Runs a prepared statement. Throws StoreUnavailable, or the driver's error. */
  async query<Row extends pg.QueryResultRow>(statement: Statement, values: unknown[]): Promise<Row[]> {
    const { rows } = await guarded(() => this.pool.query<Row>({ ...statement, values }));
    return rows;
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    await this.pool.end();
  }
}
