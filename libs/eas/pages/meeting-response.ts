import { codePage, since } from '../code-page.js';

/** MS-ASWBXML 2.1.2.1.9. */
export const MeetingResponse = codePage(8, 'MeetingResponse', {
  CalendarId: 0x05,
  CollectionId: 0x06,
  MeetingResponse: 0x07,
  RequestId: 0x08,
  Request: 0x09,
  Result: 0x0a,
  Status: 0x0b,
  UserResponse: 0x0c,
  InstanceId: since(141, 0x0e),
  ProposedStartTime: since(161, 0x10),
  ProposedEndTime: since(161, 0x11),
  SendResponse: since(160, 0x12),
});
