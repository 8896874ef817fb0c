import { ResolveRecipients } from '../pages/index.js';
import { ascmd, command } from '../schema/sections.js';
import {
  base64,
  container,
  dateTime,
  integer,
  optional,
  repeated,
  required,
  text,
  type Encodable,
  type Infer,
} from '../schema/schema.js';

const To = text(ResolveRecipients.To, ascmd('183'), { redact: true });
const Status = integer(ResolveRecipients.Status, ascmd('177.12'));

/** `CertificateRetrieval` (MS-ASCMD 2.2.3.22). */
export const CertificateRetrieval = { none: 1, full: 2, mini: 3 } as const;

const Options = container(ResolveRecipients.Options, ascmd('125.4'), [
  optional(integer(ResolveRecipients.CertificateRetrieval, ascmd('22'))),
  optional(integer(ResolveRecipients.MaxCertificates, ascmd('101'))),
  optional(integer(ResolveRecipients.MaxAmbiguousRecipients, ascmd('100'))),
  optional(
    container(ResolveRecipients.Availability, ascmd('16'), [
      optional(dateTime(ResolveRecipients.StartTime, ascmd('176.1'))),
      optional(dateTime(ResolveRecipients.EndTime, ascmd('61.1'))),
    ]),
  ),
  // `{}` is the empty element: photos without limits.
  optional(
    container(ResolveRecipients.Picture, ascmd('135.2'), [
      optional(integer(ResolveRecipients.MaxSize, ascmd('105.2'))),
      optional(integer(ResolveRecipients.MaxPictures, ascmd('104.2'))),
    ]),
  ),
]);

export const ResolveRecipientsRequest = container(ResolveRecipients.ResolveRecipients, command('15'), [
  repeated(To),
  optional(Options),
]);
export type ResolveRecipientsRequest = Infer<typeof ResolveRecipientsRequest>;

/** `Type` of a Recipient: found in the directory or among the user's contacts (MS-ASCMD 2.2.3.186.5). */
export const RecipientType = { directory: 1, contact: 2 } as const;

/** A digit a half hour: 0 free, 1 tentative, 2 busy, 3 out of office, 4 unknown (MS-ASCMD 2.2.3.107). */
const MergedFreeBusy = text(ResolveRecipients.MergedFreeBusy, ascmd('107'), { redact: true });

/** X.509 in base64. */
const Certificates = container(ResolveRecipients.Certificates, ascmd('23.1'), [
  required(Status),
  optional(integer(ResolveRecipients.CertificateCount, ascmd('21'))),
  optional(integer(ResolveRecipients.RecipientCount, ascmd('146'))),
  repeated(base64(ResolveRecipients.Certificate, ascmd('19.1'), { redact: true })),
  optional(base64(ResolveRecipients.MiniCertificate, ascmd('112'), { redact: true })),
]);

const Recipient = container(ResolveRecipients.Recipient, ascmd('145'), [
  required(integer(ResolveRecipients.Type, ascmd('186.5'))),
  required(text(ResolveRecipients.DisplayName, ascmd('49.6'), { redact: true })),
  required(text(ResolveRecipients.EmailAddress, ascmd('55.2'), { redact: true })),
  optional(
    container(ResolveRecipients.Availability, ascmd('16'), [required(Status), optional(MergedFreeBusy)]),
  ),
  optional(Certificates),
  optional(
    container(ResolveRecipients.Picture, ascmd('135.2'), [
      required(Status),
      optional(base64(ResolveRecipients.Data, ascmd('39.3'), { redact: true })),
    ]),
  ),
]);
export type ResolvedRecipient = Encodable<typeof Recipient>;

/** One Response a To, in the order asked, also for those that nobody knows (trap 102). */
const Response = container(ResolveRecipients.Response, ascmd('153.6'), [
  required(To),
  required(Status),
  optional(integer(ResolveRecipients.RecipientCount, ascmd('146'))),
  repeated(Recipient),
]);
export type ResolvedTo = Encodable<typeof Response>;

export const ResolveRecipientsResponse = container(ResolveRecipients.ResolveRecipients, command('15'), [
  required(Status),
  repeated(Response),
]);
export type ResolveRecipientsResponse = Encodable<typeof ResolveRecipientsResponse>;
