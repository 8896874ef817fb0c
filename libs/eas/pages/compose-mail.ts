import { codePage, since } from '../code-page.js';

/** MS-ASWBXML 2.1.2.1.22. */
export const ComposeMail = codePage(21, 'ComposeMail', {
  SendMail: since(140, 0x05),
  SmartForward: since(140, 0x06),
  SmartReply: since(140, 0x07),
  SaveInSentItems: since(140, 0x08),
  ReplaceMime: since(140, 0x09),
  Source: since(140, 0x0b),
  FolderId: since(140, 0x0c),
  ItemId: since(140, 0x0d),
  LongId: since(140, 0x0e),
  InstanceId: since(140, 0x0f),
  Mime: since(140, 0x10),
  ClientId: since(140, 0x11),
  Status: since(140, 0x12),
  AccountId: since(141, 0x13),
  Forwardees: since(160, 0x15),
  Forwardee: since(160, 0x16),
  Name: since(160, 0x17),
  Email: since(160, 0x18),
});
