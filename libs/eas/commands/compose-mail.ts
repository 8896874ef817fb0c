import { Forwardees } from '../classes/meeting-request.js';
import { ComposeMail, RightsManagement } from '../pages/index.js';
import { ascmd, asrm, command } from '../schema/sections.js';
import {
  blob,
  container,
  flag,
  integer,
  optional,
  required,
  text,
  type Encodable,
  type Infer,
} from '../schema/schema.js';

const ClientId = text(ComposeMail.ClientId, ascmd('28.1'));
const AccountId = text(ComposeMail.AccountId, ascmd('3.1'));
/** Present: keep a copy in the sent items (trap 74). */
const SaveInSentItems = flag(ComposeMail.SaveInSentItems, ascmd('157'));
const Mime = blob(ComposeMail.Mime, ascmd('109'), { redact: true });
const TemplateID = text(RightsManagement.TemplateID, asrm('19.3'));

/** The original of a reply or a forwarded mail: by folder and item, or by a search hit's id. */
const Source = container(ComposeMail.Source, ascmd('173'), [
  optional(text(ComposeMail.FolderId, ascmd('74'))),
  optional(text(ComposeMail.ItemId, ascmd('93'))),
  optional(text(ComposeMail.LongId, ascmd('98.4'))),
  optional(text(ComposeMail.InstanceId, ascmd('92.2'))),
]);

/** As WBXML from 14.0 on; before, the body of the request is the message itself (message/rfc822). */
export const SendMailRequest = container(ComposeMail.SendMail, command('17'), [
  required(ClientId),
  optional(AccountId),
  optional(SaveInSentItems),
  required(Mime),
  optional(TemplateID),
]);
export type SendMailRequest = Infer<typeof SendMailRequest>;

/** Only failures have a body (trap 72). */
export const SendMailResponse = container(ComposeMail.SendMail, command('17'), [
  optional(integer(ComposeMail.Status, ascmd('177.14'))),
]);
export type SendMailResponse = Encodable<typeof SendMailResponse>;

/** Present: Mime is the whole mail, the original is not added (trap 75). */
const ReplaceMime = flag(ComposeMail.ReplaceMime, ascmd('148'));
const Status = integer(ComposeMail.Status, ascmd('177.16'));

export const SmartReplyRequest = container(ComposeMail.SmartReply, command('20'), [
  required(ClientId),
  required(Source),
  optional(AccountId),
  optional(SaveInSentItems),
  optional(ReplaceMime),
  required(Mime),
  optional(TemplateID),
]);
export type SmartReplyRequest = Infer<typeof SmartReplyRequest>;

export const SmartReplyResponse = container(ComposeMail.SmartReply, command('20'), [optional(Status)]);
export type SmartReplyResponse = Encodable<typeof SmartReplyResponse>;

/** From 16.0 a meeting is forwarded by naming Forwardees, without Mime. */
export const SmartForwardRequest = container(ComposeMail.SmartForward, command('19'), [
  required(ClientId),
  required(Source),
  optional(AccountId),
  optional(SaveInSentItems),
  optional(ReplaceMime),
  optional(Mime),
  optional(TemplateID),
  optional(Forwardees),
]);
export type SmartForwardRequest = Infer<typeof SmartForwardRequest>;

export const SmartForwardResponse = container(ComposeMail.SmartForward, command('19'), [optional(Status)]);
export type SmartForwardResponse = Encodable<typeof SmartForwardResponse>;
