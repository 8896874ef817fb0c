import { codePage, since } from '../code-page.js';

/** MS-ASWBXML 2.1.2.1.21. */
export const ItemOperations = codePage(20, 'ItemOperations', {
  ItemOperations: since(120, 0x05),
  Fetch: since(120, 0x06),
  Store: since(120, 0x07),
  Options: since(120, 0x08),
  Range: since(120, 0x09),
  Total: since(120, 0x0a),
  Properties: since(120, 0x0b),
  Data: since(120, 0x0c),
  Status: since(120, 0x0d),
  Response: since(120, 0x0e),
  Version: since(120, 0x0f),
  Schema: since(120, 0x10),
  Part: since(120, 0x11),
  EmptyFolderContents: since(120, 0x12),
  DeleteSubFolders: since(120, 0x13),
  UserName: since(121, 0x14),
  Password: since(121, 0x15),
  Move: since(140, 0x16),
  DstFldId: since(140, 0x17),
  ConversationId: since(140, 0x18),
  MoveAlways: since(140, 0x19),
});
