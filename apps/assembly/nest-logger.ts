import type { LoggerService } from '@nestjs/common';
import type { Log } from '#ops';

/** What the framework says, as events: it has nothing to say that is not for debugging, but for its errors. */
export function nestLogger(log: Log): LoggerService {
  const debug = (message: unknown): void => log.event('http.message', { message: String(message) });
  const failed = (message: unknown): void => log.event('bug', { error: message });
  return { log: debug, debug, verbose: debug, warn: debug, error: failed, fatal: failed };
}
