import {
  AirSync,
  ComposeMail,
  Find,
  FolderHierarchy,
  GetItemEstimate,
  ItemOperations,
  MeetingResponse,
  Move,
  Ping,
  Provision,
  ResolveRecipients,
  Search,
  Settings,
  ValidateCert,
} from '../pages/index.js';
import { container, integer, required, type ContainerElement } from '../schema/schema.js';
import type { Tag } from '../code-page.js';
import { commands, type DeclaredCommand } from './registry.js';

/** The Status tag of each root element's page. */
const statusTags: Record<DeclaredCommand, Tag<'Status'>> = {
  Sync: AirSync.Status,
  SendMail: ComposeMail.Status,
  SmartForward: ComposeMail.Status,
  SmartReply: ComposeMail.Status,
  FolderSync: FolderHierarchy.Status,
  FolderCreate: FolderHierarchy.Status,
  FolderDelete: FolderHierarchy.Status,
  FolderUpdate: FolderHierarchy.Status,
  MoveItems: Move.Status,
  GetItemEstimate: GetItemEstimate.Status,
  MeetingResponse: MeetingResponse.Status,
  Search: Search.Status,
  Settings: Settings.Status,
  Ping: Ping.Status,
  ItemOperations: ItemOperations.Status,
  Provision: Provision.Status,
  ResolveRecipients: ResolveRecipients.Status,
  ValidateCert: ValidateCert.Status,
  Find: Find.Status,
};

type StatusAnswer = ContainerElement<string, { readonly Status: number }, { readonly Status: number }>;

const answer = (name: DeclaredCommand): StatusAnswer =>
  container<string, readonly [ReturnType<typeof status>]>(commands[name].response.tag, SECTION, [
    status(name),
  ]);

const SECTION = 'MS-ASCMD 2.2.2';
const status = (name: DeclaredCommand) => required(integer(statusTags[name], SECTION));

const answers = new Map<DeclaredCommand, StatusAnswer>();

/**
 * The answer to any command that failed as a whole: a Status in its root element, to be encoded with `{ Status }`. Most of
 * all for the common status codes (MS-ASCMD 2.2.2).
 */
export function statusAnswer(name: DeclaredCommand): StatusAnswer {
  let schema = answers.get(name);
  if (!schema) answers.set(name, (schema = answer(name)));
  return schema;
}
