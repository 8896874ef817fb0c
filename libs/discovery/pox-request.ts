import { readTexts, XmlUnreadable } from './read-texts.js';
import { Schema, type AnswerForm } from './schemas.js';

/** What a client asks Autodiscover. */
export interface PoxRequest {
  /** The mail address; null if the request names none. */
  readonly address: string | null;
  /** The first of the wanted forms that there is here; null if all are unknown. */
  readonly form: AnswerForm | null;
}

/** The request is none: ErrorCode 600. */
export class InvalidPoxRequest extends Error {
  override readonly name = 'InvalidPoxRequest';
}

/** A request is a few hundred bytes. */
export const MAX_POX_REQUEST = 64 * 1024;

const forms: Readonly<Record<string, AnswerForm>> = {
  [Schema.mobileSyncResponse]: 'mobilesync',
  [Schema.outlookResponse]: 'outlook',
};

/**
 * Reads a request (MS-ASCMD 2.2.1.1). Some phones send none when they first ask (quirks 4.2): an empty text asks for the
 * phones' form of whoever signed in. Throws InvalidPoxRequest.
 */
export function readPoxRequest(xml: string): PoxRequest {
  if (xml.trim() === '') return { address: null, form: 'mobilesync' };
  try {
    const texts = readTexts(xml);
    if (texts.root !== 'autodiscover') throw new InvalidPoxRequest(`<${texts.root}> is no Autodiscover`);
    const wanted = texts.all('acceptableresponseschema');
    const form = wanted.map((schema) => forms[schema]).find((known) => known !== undefined);
    const address = texts.all('emailaddress').find((text) => text !== '') ?? null;
    return { address, form: form ?? (wanted.length === 0 ? 'mobilesync' : null) };
  } catch (error) {
    if (error instanceof XmlUnreadable) throw new InvalidPoxRequest(error.message);
    throw error;
  }
}
