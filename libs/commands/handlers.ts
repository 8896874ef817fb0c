import type { CommandContext } from './context.js';
import { find } from './find/find.js';
import { folderCreate } from './folder-create.js';
import { folderDelete } from './folder-delete.js';
import { folderSync } from './folder-sync.js';
import { folderUpdate } from './folder-update.js';
import { getAttachment } from './get-attachment.js';
import { getItemEstimate } from './get-item-estimate.js';
import type { HandledCommand } from './handled-commands.js';
import { itemOperations } from './item-operations/item-operations.js';
import { meetingResponse } from './meeting-response/meeting-response.js';
import { moveItems } from './move-items.js';
import { ping } from './ping.js';
import { provision } from './provision.js';
import type { HeldReply, Reply } from './reply.js';
import { resolveRecipients } from './resolve-recipients/resolve-recipients.js';
import { search } from './search/search.js';
import { sendMail } from './send-mail/send-mail.js';
import { smartForward } from './send-mail/smart-forward.js';
import { smartReply } from './send-mail/smart-reply.js';
import { settings } from './settings/index.js';
import { sync } from './sync/sync.js';
import { validateCert } from './validate-cert/validate-cert.js';

export type CommandHandler = (context: CommandContext) => Promise<Reply | HeldReply>;

/** Who answers. A command that is not here is told by no OPTIONS and answered with 501, or Status 137. */
export const handlers: Readonly<Record<HandledCommand, CommandHandler>> = {
  Sync: sync,
  SendMail: sendMail,
  SmartForward: smartForward,
  SmartReply: smartReply,
  GetAttachment: getAttachment,
  FolderSync: folderSync,
  FolderCreate: folderCreate,
  FolderDelete: folderDelete,
  FolderUpdate: folderUpdate,
  MoveItems: moveItems,
  GetItemEstimate: getItemEstimate,
  MeetingResponse: meetingResponse,
  Search: search,
  Settings: settings,
  Ping: ping,
  ItemOperations: itemOperations,
  Provision: provision,
  ResolveRecipients: resolveRecipients,
  ValidateCert: validateCert,
  Find: find,
};
