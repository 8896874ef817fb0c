import type { CommandName } from '../commands/registry.js';
import { CommonStatus } from './common.js';
import { statusTable } from './tables.js';

/** `invalidSyncKey` for Sync 3, `DeviceNotProvisioned` for 142 of any command. */
export function statusName(command: string, status: number): string {
  const own = Object.entries(statusTable(command)).find(([, value]) => value === status);
  const common = Object.entries(CommonStatus).find(([, value]) => value === status);
  return (own ?? common)?.[0] ?? `status ${status}`;
}

/** The command as a whole is answered by this Status. */
export class EasStatusError extends Error {
  override readonly name = 'EasStatusError';
  readonly command: CommandName;
  readonly status: number;

  constructor(command: CommandName, status: number, message?: string, options: { cause?: unknown } = {}) {
    super(message ?? `${command}: ${statusName(command, status)}`, options);
    this.command = command;
    this.status = status;
  }
}
