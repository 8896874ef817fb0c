import { RightsManagement, Settings } from '../pages/index.js';
import { ascmd, asrm, command } from '../schema/sections.js';
import {
  boolean,
  container,
  dateTime,
  flag,
  integer,
  optional,
  repeated,
  required,
  sequence,
  text,
  type Each,
  type Encodable,
  type Infer,
} from '../schema/schema.js';

const Status = integer(Settings.Status, ascmd('177.15'));
const BodyType = text(Settings.BodyType, ascmd('17'));
const StartTime = dateTime(Settings.StartTime, ascmd('176.2'));
const EndTime = dateTime(Settings.EndTime, ascmd('61.2'));
const OofState = integer(Settings.OofState, ascmd('124'));

/** One audience's message; which audience is told by the flag that is present. */
const OofMessage = container(Settings.OofMessage, ascmd('123'), [
  optional(flag(Settings.AppliesToInternal, ascmd('14'))),
  optional(flag(Settings.AppliesToExternalKnown, ascmd('12'))),
  optional(flag(Settings.AppliesToExternalUnknown, ascmd('13'))),
  optional(boolean(Settings.Enabled, ascmd('59'))),
  optional(text(Settings.ReplyMessage, ascmd('149'), { redact: true })),
  optional(BodyType),
]);

const oof = [optional(OofState), optional(StartTime), optional(EndTime), repeated(OofMessage)] as const;

/** What a phone tells of itself: in Settings, and from 14.1 on in Provision (trap 104). */
export const DeviceInformationRequest = container(Settings.DeviceInformation, ascmd('45'), [
  required(
    container(Settings.Set, ascmd('167'), [
      optional(text(Settings.Model, ascmd('115'))),
      optional(text(Settings.IMEI, ascmd('91'), { redact: true })),
      optional(text(Settings.FriendlyName, ascmd('81'), { redact: true })),
      optional(text(Settings.OS, ascmd('127'))),
      optional(text(Settings.OSLanguage, ascmd('128'))),
      optional(text(Settings.PhoneNumber, ascmd('134'), { redact: true })),
      optional(text(Settings.UserAgent, ascmd('190'))),
      optional(boolean(Settings.EnableOutboundSMS, ascmd('60'))),
      optional(text(Settings.MobileOperator, ascmd('113'))),
    ]),
  ),
]);
export type DeviceInformation = Infer<typeof DeviceInformationRequest>['Set'];

export const DeviceInformationResponse = container(Settings.DeviceInformation, ascmd('45'), [
  optional(Status),
]);

const get = flag(Settings.Get, ascmd('83'));

/** The parts in the phone's order, in which they are answered (trap 103). */
export const SettingsRequest = sequence(Settings.Settings, command('18'), [
  container(Settings.RightsManagementInformation, ascmd('156'), [optional(get)]),
  container(Settings.Oof, ascmd('122'), [
    optional(container(Settings.Get, ascmd('83'), [optional(BodyType)])),
    optional(container(Settings.Set, ascmd('167'), oof)),
  ]),
  container(Settings.DevicePassword, ascmd('46'), [
    optional(
      container(Settings.Set, ascmd('167'), [
        optional(text(Settings.Password, ascmd('132.3'), { redact: true })),
      ]),
    ),
  ]),
  DeviceInformationRequest,
  container(Settings.UserInformation, ascmd('192'), [optional(get)]),
]);
export type SettingsRequest = Infer<typeof SettingsRequest>;
/** `{ Oof }`, `{ DeviceInformation }`, ... */
export type SettingsPart = SettingsRequest[number];

const EmailAddresses = container(Settings.EmailAddresses, ascmd('57'), [
  repeated(text(Settings.SMTPAddress, ascmd('171'), { redact: true })),
  optional(text(Settings.PrimarySmtpAddress, ascmd('138'), { redact: true })),
]);

const Account = container(Settings.Account, ascmd('2'), [
  optional(text(Settings.AccountId, ascmd('3.2'))),
  optional(text(Settings.AccountName, ascmd('4'), { redact: true })),
  optional(text(Settings.UserDisplayName, ascmd('191'), { redact: true })),
  optional(boolean(Settings.SendDisabled, ascmd('161'))),
  optional(EmailAddresses),
]);

const RightsManagementTemplates = container(RightsManagement.RightsManagementTemplates, asrm('17'), [
  repeated(
    container(RightsManagement.RightsManagementTemplate, asrm('16'), [
      required(text(RightsManagement.TemplateID, asrm('19.2'))),
      required(text(RightsManagement.TemplateName, asrm('20.2'))),
      required(text(RightsManagement.TemplateDescription, asrm('18.2'))),
    ]),
    { max: 20 },
  ),
]);

/** Status first, then the parts in the order in which they were asked for. */
export const SettingsResponse = sequence(Settings.Settings, command('18'), [
  Status,
  container(Settings.Oof, ascmd('122'), [
    optional(Status),
    optional(container(Settings.Get, ascmd('83'), oof)),
  ]),
  DeviceInformationResponse,
  container(Settings.DevicePassword, ascmd('46'), [optional(Status)]),
  container(Settings.UserInformation, ascmd('192'), [
    optional(Status),
    optional(
      container(Settings.Get, ascmd('83'), [
        // Up to 14.0 the addresses stand alone, from 14.1 on in an account.
        optional(EmailAddresses, { to: 140 }),
        optional(container(Settings.Accounts, ascmd('5'), [repeated(Account)])),
      ]),
    ),
  ]),
  container(Settings.RightsManagementInformation, ascmd('156'), [
    optional(Status),
    optional(container(Settings.Get, ascmd('83'), [optional(RightsManagementTemplates)])),
  ]),
]);
export type SettingsResponse = Encodable<typeof SettingsResponse>;
/** `{ Status }`, `{ Oof }`, `{ UserInformation }`, ... */
export type SettingsAnswer = Each<SettingsResponse>;
