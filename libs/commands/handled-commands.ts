import type { DeclaredCommand, DocumentlessCommand } from '#eas';

/** The commands that work, in the order in which OPTIONS tells them. */
export const handledCommands = [
  'Sync',
  'SendMail',
  'SmartForward',
  'SmartReply',
  'GetAttachment',
  'FolderSync',
  'FolderCreate',
  'FolderDelete',
  'FolderUpdate',
  'MoveItems',
  'GetItemEstimate',
  'MeetingResponse',
  'Search',
  'Settings',
  'Ping',
  'ItemOperations',
  'Provision',
  'ResolveRecipients',
  'ValidateCert',
  'Find',
] as const satisfies readonly (DeclaredCommand | DocumentlessCommand)[];

export type HandledCommand = (typeof handledCommands)[number];

export const isHandled = (name: string): name is HandledCommand =>
  (handledCommands as readonly string[]).includes(name);
