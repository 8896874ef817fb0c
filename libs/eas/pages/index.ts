/** All code pages of MS-ASWBXML 2.1.2.1. Page 3 (AirNotify) is no longer in use. */
import { AirSync } from './air-sync.js';
import { AirSyncBase } from './air-sync-base.js';
import { Calendar } from './calendar.js';
import { ComposeMail } from './compose-mail.js';
import { Contacts } from './contacts.js';
import { Contacts2 } from './contacts2.js';
import { DocumentLibrary } from './document-library.js';
import { Email } from './email.js';
import { Email2 } from './email2.js';
import { Find } from './find.js';
import { FolderHierarchy } from './folder-hierarchy.js';
import { GAL } from './gal.js';
import { GetItemEstimate } from './get-item-estimate.js';
import { ItemOperations } from './item-operations.js';
import { MeetingResponse } from './meeting-response.js';
import { Move } from './move.js';
import { Notes } from './notes.js';
import { Ping } from './ping.js';
import { Provision } from './provision.js';
import { ResolveRecipients } from './resolve-recipients.js';
import { RightsManagement } from './rights-management.js';
import { Search } from './search.js';
import { Settings } from './settings.js';
import { Tasks } from './tasks.js';
import { ValidateCert } from './validate-cert.js';

export {
  AirSync,
  Contacts,
  Email,
  Calendar,
  Move,
  GetItemEstimate,
  FolderHierarchy,
  MeetingResponse,
  Tasks,
  ResolveRecipients,
  ValidateCert,
  Contacts2,
  Ping,
  Provision,
  Search,
  GAL,
  AirSyncBase,
  Settings,
  DocumentLibrary,
  ItemOperations,
  ComposeMail,
  Email2,
  Notes,
  RightsManagement,
  Find,
};

export const codePages = [
  AirSync,
  Contacts,
  Email,
  Calendar,
  Move,
  GetItemEstimate,
  FolderHierarchy,
  MeetingResponse,
  Tasks,
  ResolveRecipients,
  ValidateCert,
  Contacts2,
  Ping,
  Provision,
  Search,
  GAL,
  AirSyncBase,
  Settings,
  DocumentLibrary,
  ItemOperations,
  ComposeMail,
  Email2,
  Notes,
  RightsManagement,
  Find,
] as const;
