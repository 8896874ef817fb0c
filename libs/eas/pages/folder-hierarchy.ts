import { codePage, until } from '../code-page.js';

/** MS-ASWBXML 2.1.2.1.8. */
export const FolderHierarchy = codePage(7, 'FolderHierarchy', {
  Folders: until(121, 0x05),
  Folder: until(121, 0x06),
  DisplayName: 0x07,
  ServerId: 0x08,
  ParentId: 0x09,
  Type: 0x0a,
  Status: 0x0c,
  Changes: 0x0e,
  Add: 0x0f,
  Delete: 0x10,
  Update: 0x11,
  SyncKey: 0x12,
  FolderCreate: 0x13,
  FolderDelete: 0x14,
  FolderUpdate: 0x15,
  FolderSync: 0x16,
  Count: 0x17,
});
