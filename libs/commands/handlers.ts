import type { CommandContext } from './context.js';
import { folderSync } from './folder-sync.js';
import { getItemEstimate } from './get-item-estimate.js';
import { itemOperations } from './item-operations/item-operations.js';
import { moveItems } from './move-items.js';
import { ping } from './ping.js';
import { provision } from './provision.js';
import type { Reply } from './reply.js';
import { sendMail } from './send-mail/send-mail.js';
import { settings } from './settings.js';
import { sync } from './sync/sync.js';

export type CommandHandler = (context: CommandContext) => Promise<Reply>;

/** The commands that work. What is not here is told by no OPTIONS and answered with 501, or Status 137. */
export const handlers = {
  Sync: sync,
  SendMail: sendMail,
  FolderSync: folderSync,
  MoveItems: moveItems,
  GetItemEstimate: getItemEstimate,
  Settings: settings,
  Ping: ping,
  ItemOperations: itemOperations,
  Provision: provision,
} as const satisfies Record<string, CommandHandler>;

export type HandledCommand = keyof typeof handlers;

export const isHandled = (name: string): name is HandledCommand => Object.hasOwn(handlers, name);
