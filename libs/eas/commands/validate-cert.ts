import { ValidateCert } from '../pages/index.js';
import { ascmd, command } from '../schema/sections.js';
import {
  boolean,
  container,
  integer,
  optional,
  repeated,
  required,
  text,
  type Encodable,
  type Infer,
} from '../schema/schema.js';

/** Base64, kept as text: each certificate that is none has a Status of its own. */
const Certificate = text(ValidateCert.Certificate, ascmd('19.2'), { redact: true });
const Status = integer(ValidateCert.Status, ascmd('177.18'));

export const ValidateCertRequest = container(ValidateCert.ValidateCert, command('22'), [
  /** Issuers that help to reach a root. */
  optional(container(ValidateCert.CertificateChain, ascmd('20'), [repeated(Certificate)])),
  /** Those in question. */
  optional(container(ValidateCert.Certificates, ascmd('23.2'), [repeated(Certificate)])),
  optional(boolean(ValidateCert.CheckCRL, ascmd('26'), { empty: true })),
]);
export type ValidateCertRequest = Infer<typeof ValidateCertRequest>;

export const ValidateCertResponse = container(ValidateCert.ValidateCert, command('22'), [
  required(Status),
  repeated(container(ValidateCert.Certificate, ascmd('19.2'), [required(Status)])),
]);
export type ValidateCertResponse = Encodable<typeof ValidateCertResponse>;
