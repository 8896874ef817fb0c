import { Contacts, Contacts2 } from '../pages/index.js';
import { ascntc } from '../schema/sections.js';
import {
  clearableBase64,
  clearableDateTime,
  container,
  group,
  integer,
  optional,
  repeated,
  text,
  type Encodable,
  type Infer,
} from '../schema/schema.js';
import { Body } from './body.js';

/** `{}` is the empty element, which takes all categories away. */
const Categories = container(Contacts.Categories, ascntc('19'), [
  repeated(text(Contacts.Category, ascntc('20'), { redact: true }), { max: 300 }),
]);

const Children = container(Contacts.Children, ascntc('21'), [
  repeated(text(Contacts.Child, ascntc('22'), { redact: true }), { max: 300 }),
]);

/** A contact's properties. Text without content, and null, take a property away; what is absent is for trap 53 to say. */
export const ContactsItem = group('Contacts', [
  optional(clearableDateTime(Contacts.Anniversary, ascntc('3'), { redact: true })),
  optional(text(Contacts.AssistantName, ascntc('4'), { redact: true })),
  optional(text(Contacts.AssistantPhoneNumber, ascntc('5'), { redact: true })),
  optional(clearableDateTime(Contacts.Birthday, ascntc('6'), { redact: true })),
  optional(text(Contacts.Business2PhoneNumber, ascntc('17'), { redact: true })),
  optional(text(Contacts.BusinessAddressCity, ascntc('10'), { redact: true })),
  optional(text(Contacts.BusinessPhoneNumber, ascntc('16'), { redact: true })),
  optional(text(Contacts.WebPage, ascntc('63'), { redact: true })),
  optional(text(Contacts.BusinessAddressCountry, ascntc('11'), { redact: true })),
  optional(text(Contacts.Department, ascntc('26'), { redact: true })),
  optional(text(Contacts.Email1Address, ascntc('27'), { redact: true })),
  optional(text(Contacts.Email2Address, ascntc('28'), { redact: true })),
  optional(text(Contacts.Email3Address, ascntc('29'), { redact: true })),
  optional(text(Contacts.BusinessFaxNumber, ascntc('15'), { redact: true })),
  optional(text(Contacts.FileAs, ascntc('30'), { redact: true })),
  optional(text(Contacts.Alias, ascntc('2'), { redact: true })),
  optional(integer(Contacts.WeightedRank, ascntc('64'))),
  optional(text(Contacts.FirstName, ascntc('31'), { redact: true })),
  optional(text(Contacts.MiddleName, ascntc('47'), { redact: true })),
  optional(text(Contacts.HomeAddressCity, ascntc('33'), { redact: true })),
  optional(text(Contacts.HomeAddressCountry, ascntc('34'), { redact: true })),
  optional(text(Contacts.HomeFaxNumber, ascntc('38'), { redact: true })),
  optional(text(Contacts.HomePhoneNumber, ascntc('39'), { redact: true })),
  optional(text(Contacts.Home2PhoneNumber, ascntc('40'), { redact: true })),
  optional(text(Contacts.HomeAddressPostalCode, ascntc('35'), { redact: true })),
  optional(text(Contacts.HomeAddressState, ascntc('36'), { redact: true })),
  optional(text(Contacts.HomeAddressStreet, ascntc('37'), { redact: true })),
  optional(text(Contacts.MobilePhoneNumber, ascntc('49'), { redact: true })),
  optional(text(Contacts.Suffix, ascntc('61'), { redact: true })),
  optional(text(Contacts.CompanyName, ascntc('24'), { redact: true })),
  optional(text(Contacts.OtherAddressCity, ascntc('52'), { redact: true })),
  optional(text(Contacts.OtherAddressCountry, ascntc('53'), { redact: true })),
  optional(text(Contacts.CarPhoneNumber, ascntc('18'), { redact: true })),
  optional(text(Contacts.OtherAddressPostalCode, ascntc('54'), { redact: true })),
  optional(text(Contacts.OtherAddressState, ascntc('55'), { redact: true })),
  optional(text(Contacts.OtherAddressStreet, ascntc('56'), { redact: true })),
  optional(text(Contacts.PagerNumber, ascntc('57'), { redact: true })),
  optional(text(Contacts.Title, ascntc('62'), { redact: true })),
  optional(text(Contacts.BusinessAddressPostalCode, ascntc('12'), { redact: true })),
  optional(text(Contacts.LastName, ascntc('45'), { redact: true })),
  optional(text(Contacts.Spouse, ascntc('60'), { redact: true })),
  optional(text(Contacts.BusinessAddressState, ascntc('13'), { redact: true })),
  optional(text(Contacts.BusinessAddressStreet, ascntc('14'), { redact: true })),
  optional(text(Contacts.JobTitle, ascntc('44'), { redact: true })),
  optional(text(Contacts.YomiFirstName, ascntc('66'), { redact: true })),
  optional(text(Contacts.YomiLastName, ascntc('67'), { redact: true })),
  optional(text(Contacts.YomiCompanyName, ascntc('65'), { redact: true })),
  optional(text(Contacts.OfficeLocation, ascntc('51'), { redact: true })),
  optional(text(Contacts.RadioPhoneNumber, ascntc('59'), { redact: true })),
  optional(text(Contacts2.CustomerId, ascntc('25'), { redact: true })),
  optional(text(Contacts2.GovernmentId, ascntc('32'), { redact: true })),
  optional(text(Contacts2.IMAddress, ascntc('41'), { redact: true })),
  optional(text(Contacts2.IMAddress2, ascntc('42'), { redact: true })),
  optional(text(Contacts2.IMAddress3, ascntc('43'), { redact: true })),
  optional(text(Contacts2.ManagerName, ascntc('46'), { redact: true })),
  optional(text(Contacts2.CompanyMainPhone, ascntc('23'), { redact: true })),
  optional(text(Contacts2.AccountName, ascntc('1'), { redact: true })),
  optional(text(Contacts2.NickName, ascntc('50'), { redact: true })),
  optional(text(Contacts2.MMS, ascntc('48'), { redact: true })),
  optional(Categories),
  optional(Children),
  /** 48 KB of base64 at most (trap 96). */
  optional(clearableBase64(Contacts.Picture, ascntc('58'), { redact: true })),
  optional(Body),
]);

/** A contact to be sent to a phone. */
export type ContactsItem = Encodable<typeof ContactsItem>;
/** A contact, or what a phone says of one. */
export type ContactsData = Infer<typeof ContactsItem>;
