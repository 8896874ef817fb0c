import { fromBER } from 'asn1js';
import { Certificate, ContentInfo, IssuerAndSerialNumber, SignedData, type SignerInfo } from 'pkijs';

const SIGNED_DATA = '1.2.840.113549.1.7.2';

/**
 * The certificates of userSMIMECertificate and userCertificate, each once, in DER. userSMIMECertificate is a PKCS#7 signed
 * message without content (RFC 2798 2.8): the user's certificate is taken out of it, not those of the authorities. What
 * is neither is left out.
 */
export async function certificatesOf(values: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const found = new Map<string, Uint8Array>();
  for (const value of values) {
    for (const certificate of readValue(value)) {
      const der = new Uint8Array(certificate.toSchema(true).toBER());
      found.set(Buffer.from(der).toString('base64'), der);
    }
  }
  return [...found.values()];
}

function readValue(value: Uint8Array): Certificate[] {
  const { offset, result } = fromBER(value);
  if (offset === -1) return [];
  try {
    return [new Certificate({ schema: result })];
  } catch {
    return readSignedData(result);
  }
}

function readSignedData(schema: ReturnType<typeof fromBER>['result']): Certificate[] {
  try {
    const info = new ContentInfo({ schema });
    if (info.contentType !== SIGNED_DATA) return [];
    const { certificates = [], signerInfos } = new SignedData({ schema: info.content as unknown });
    const all = certificates.filter((one): one is Certificate => one instanceof Certificate);
    const signers = all.filter((certificate) => signerInfos.some((info) => isSigner(certificate, info)));
    return signers.length > 0 ? signers : all.filter((certificate) => !isAuthority(certificate));
  } catch {
    return [];
  }
}

function isSigner(certificate: Certificate, info: SignerInfo): boolean {
  const sid: unknown = info.sid;
  return sid instanceof IssuerAndSerialNumber && certificate.serialNumber.isEqual(sid.serialNumber);
}

/** Basic constraints with cA set (RFC 5280 4.2.1.9). */
function isAuthority({ extensions = [] }: Certificate): boolean {
  const constraints: unknown = extensions.find(({ extnID }) => extnID === '2.5.29.19')?.parsedValue;
  return (
    typeof constraints === 'object' && constraints !== null && 'cA' in constraints && constraints.cA === true
  );
}
