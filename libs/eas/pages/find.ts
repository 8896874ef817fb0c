import { codePage, since } from '../code-page.js';

/** MS-ASWBXML 2.1.2.1.26. */
export const Find = codePage(25, 'Find', {
  Find: since(161, 0x05),
  SearchId: since(161, 0x06),
  ExecuteSearch: since(161, 0x07),
  MailBoxSearchCriterion: since(161, 0x08),
  Query: since(161, 0x09),
  Status: since(161, 0x0a),
  FreeText: since(161, 0x0b),
  Options: since(161, 0x0c),
  Range: since(161, 0x0d),
  DeepTraversal: since(161, 0x0e),
  Response: since(161, 0x11),
  Result: since(161, 0x12),
  Properties: since(161, 0x13),
  Preview: since(161, 0x14),
  HasAttachments: since(161, 0x15),
  Total: since(161, 0x16),
  DisplayCc: since(161, 0x17),
  DisplayBcc: since(161, 0x18),
  GalSearchCriterion: since(161, 0x19),
  MaxPictures: since(161, 0x20),
  MaxSize: since(161, 0x21),
  Picture: since(161, 0x22),
});
