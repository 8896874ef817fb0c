import { codePage, since } from '../code-page.js';

/** MS-ASWBXML 2.1.2.1.20. */
export const DocumentLibrary = codePage(19, 'DocumentLibrary', {
  LinkId: since(120, 0x05),
  DisplayName: since(120, 0x06),
  IsFolder: since(120, 0x07),
  CreationDate: since(120, 0x08),
  LastModifiedDate: since(120, 0x09),
  IsHidden: since(120, 0x0a),
  ContentLength: since(120, 0x0b),
  ContentType: since(120, 0x0c),
});
