import { codePage } from '../code-page.js';

/** MS-ASWBXML 2.1.2.1.12. */
export const ValidateCert = codePage(11, 'ValidateCert', {
  ValidateCert: 0x05,
  Certificates: 0x06,
  Certificate: 0x07,
  CertificateChain: 0x08,
  CheckCRL: 0x09,
  Status: 0x0a,
});
