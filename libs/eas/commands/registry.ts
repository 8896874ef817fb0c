import type { Element } from '../schema/schema.js';
import { inRange, type VersionRange } from '../version.js';
import {
  SendMailRequest,
  SendMailResponse,
  SmartForwardRequest,
  SmartForwardResponse,
  SmartReplyRequest,
  SmartReplyResponse,
} from './compose-mail.js';
import { FindRequest, FindResponse } from './find.js';
import {
  FolderCreateRequest,
  FolderCreateResponse,
  FolderDeleteRequest,
  FolderDeleteResponse,
  FolderUpdateRequest,
  FolderUpdateResponse,
} from './folder-changes.js';
import { FolderSyncRequest, FolderSyncResponse } from './folder-sync.js';
import { GetItemEstimateRequest, GetItemEstimateResponse } from './get-item-estimate.js';
import { ItemOperationsRequest, ItemOperationsResponse } from './item-operations.js';
import { MeetingResponseRequest, MeetingResponseResponse } from './meeting-response.js';
import { MoveItemsRequest, MoveItemsResponse } from './move-items.js';
import { PingRequest, PingResponse } from './ping.js';
import { ProvisionRequest, ProvisionResponse } from './provision.js';
import { ResolveRecipientsRequest, ResolveRecipientsResponse } from './resolve-recipients.js';
import { SearchRequest, SearchResponse } from './search.js';
import { SettingsRequest, SettingsResponse } from './settings.js';
import { SyncRequest, SyncResponse } from './sync.js';
import { ValidateCertRequest, ValidateCertResponse } from './validate-cert.js';

/** Command codes of the base64 query (MS-ASHTTP 2.2.1.1.1.1.2; trap 2). */
export const commandCodes = {
  Sync: 0,
  SendMail: 1,
  SmartForward: 2,
  SmartReply: 3,
  GetAttachment: 4,
  FolderSync: 9,
  FolderCreate: 10,
  FolderDelete: 11,
  FolderUpdate: 12,
  MoveItems: 13,
  GetItemEstimate: 14,
  MeetingResponse: 15,
  Search: 16,
  Settings: 17,
  Ping: 18,
  ItemOperations: 19,
  Provision: 20,
  ResolveRecipients: 21,
  ValidateCert: 22,
  Find: 23,
} as const;
/** Every command of the protocol, spoken here or not. */
export type CommandName = keyof typeof commandCodes;

export interface Command<Request extends Element = Element, Response extends Element = Element> {
  readonly code: number;
  readonly request: Request;
  readonly response: Response;
  /** Versions in which the request is WBXML of this schema. */
  readonly versions: VersionRange;
}

const declare = <Request extends Element, Response extends Element>(
  name: CommandName,
  request: Request,
  response: Response,
): Command<Request, Response> => ({
  code: commandCodes[name],
  request,
  response,
  versions: request.versions,
});

/** The commands whose requests and answers are declared here. */
export const commands = {
  Sync: declare('Sync', SyncRequest, SyncResponse),
  SendMail: declare('SendMail', SendMailRequest, SendMailResponse),
  SmartForward: declare('SmartForward', SmartForwardRequest, SmartForwardResponse),
  SmartReply: declare('SmartReply', SmartReplyRequest, SmartReplyResponse),
  FolderSync: declare('FolderSync', FolderSyncRequest, FolderSyncResponse),
  FolderCreate: declare('FolderCreate', FolderCreateRequest, FolderCreateResponse),
  FolderDelete: declare('FolderDelete', FolderDeleteRequest, FolderDeleteResponse),
  FolderUpdate: declare('FolderUpdate', FolderUpdateRequest, FolderUpdateResponse),
  MoveItems: declare('MoveItems', MoveItemsRequest, MoveItemsResponse),
  GetItemEstimate: declare('GetItemEstimate', GetItemEstimateRequest, GetItemEstimateResponse),
  MeetingResponse: declare('MeetingResponse', MeetingResponseRequest, MeetingResponseResponse),
  Search: declare('Search', SearchRequest, SearchResponse),
  Settings: declare('Settings', SettingsRequest, SettingsResponse),
  Ping: declare('Ping', PingRequest, PingResponse),
  ItemOperations: declare('ItemOperations', ItemOperationsRequest, ItemOperationsResponse),
  Provision: declare('Provision', ProvisionRequest, ProvisionResponse),
  ResolveRecipients: declare('ResolveRecipients', ResolveRecipientsRequest, ResolveRecipientsResponse),
  ValidateCert: declare('ValidateCert', ValidateCertRequest, ValidateCertResponse),
  Find: declare('Find', FindRequest, FindResponse),
} as const satisfies Partial<Record<CommandName, Command>>;
export type DeclaredCommand = keyof typeof commands;

export const isDeclared = (name: CommandName): name is DeclaredCommand => name in commands;

/** Commands without a document: the query asks, and the answer is content as it is (MS-ASCMD 2.2.1.7). */
export const documentless = ['GetAttachment'] as const;
export type DocumentlessCommand = (typeof documentless)[number];

/** Those that not every version has. */
const lifetimes: Partial<Record<CommandName, VersionRange>> = {
  GetAttachment: { to: 121 },
  Find: { from: 161 },
};

/** Whether the version has the command at all; in others it is answered like an unknown one. */
export const existsIn = (name: CommandName, version: number): boolean =>
  inRange(lifetimes[name] ?? {}, version);
