import { codePage, since } from '../code-page.js';

/** MS-ASWBXML 2.1.2.1.24. */
export const Notes = codePage(23, 'Notes', {
  Subject: since(140, 0x05),
  MessageClass: since(140, 0x06),
  LastModifiedDate: since(140, 0x07),
  Categories: since(140, 0x08),
  Category: since(140, 0x09),
});
