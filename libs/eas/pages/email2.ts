import { codePage, since } from '../code-page.js';

/** MS-ASWBXML 2.1.2.1.23. */
export const Email2 = codePage(22, 'Email2', {
  UmCallerID: since(140, 0x05),
  UmUserNotes: since(140, 0x06),
  UmAttDuration: since(140, 0x07),
  UmAttOrder: since(140, 0x08),
  ConversationId: since(140, 0x09),
  ConversationIndex: since(140, 0x0a),
  LastVerbExecuted: since(140, 0x0b),
  LastVerbExecutionTime: since(140, 0x0c),
  ReceivedAsBcc: since(140, 0x0d),
  Sender: since(140, 0x0e),
  CalendarType: since(140, 0x0f),
  IsLeapMonth: since(140, 0x10),
  AccountId: since(141, 0x11),
  FirstDayOfWeek: since(141, 0x12),
  MeetingMessageType: since(141, 0x13),
  IsDraft: since(160, 0x15),
  Bcc: since(160, 0x16),
  Send: since(160, 0x17),
});
