import {
  CertificateRetrieval,
  EasStatusError,
  ResolveRecipientsStatus,
  type ResolveRecipientsRequest,
} from '#eas';
import { arePictureOptions, type PictureOptions } from '../search/pictures.js';

/** Recipients of one request (MS-ASCMD 2.2.3.183; features 1.1). */
const MOST_RECIPIENTS = 100;
/** Characters (MS-ASCMD 2.2.3.183). */
const LONGEST = 256;
/** MS-ASCMD 2.2.3.100 and 101. */
const MOST_COUNTED = 9_999;
/** Suggestions for a name without MaxAmbiguousRecipients. */
const SUGGESTIONS = 20;
/** MS-ASCMD 2.2.3.61.1: seven days, where no end is said. Milliseconds. */
const WEEK = 7 * 86_400_000;

/** What is asked for. */
export interface Resolving {
  readonly to: readonly string[];
  readonly suggestions: number;
  readonly certificates: 'none' | 'full' | 'mini';
  /** Certificates of the whole answer. */
  readonly mostCertificates: number;
  readonly availability: { readonly start: Date; readonly end: Date } | null;
  readonly picture: PictureOptions | undefined;
}

const refused = (why: string): EasStatusError =>
  new EasStatusError('ResolveRecipients', ResolveRecipientsStatus.protocolError, why);

const retrievals = new Map<number, Resolving['certificates']>([
  [CertificateRetrieval.none, 'none'],
  [CertificateRetrieval.full, 'full'],
  [CertificateRetrieval.mini, 'mini'],
]);

function counted(value: number | undefined, usual: number): number {
  if (value === undefined) return usual;
  if (value < 0 || value > MOST_COUNTED) throw refused(`a limit of ${value}`);
  return value;
}

type Options = NonNullable<ResolveRecipientsRequest['Options']>;

function availabilityOf({ Availability }: Options): Resolving['availability'] {
  if (!Availability) return null;
  const { StartTime: start, EndTime } = Availability;
  if (!start) throw refused('Availability without StartTime');
  const end = EndTime ?? new Date(start.getTime() + WEEK);
  if (end <= start) throw refused('Availability ends before it starts');
  return { start, end };
}

/** Checks the request. Throws EasStatusError 5 for what MS-ASCMD 2.2.3.177.12 calls a protocol error. */
export function readResolving({ To = [], Options = {} }: ResolveRecipientsRequest): Resolving {
  if (To.length === 0 || To.length > MOST_RECIPIENTS) throw refused(`${To.length} recipients`);
  if (To.some((to) => to.length > LONGEST)) throw refused('a recipient is too long');
  const certificates = retrievals.get(Options.CertificateRetrieval ?? CertificateRetrieval.none);
  if (!certificates) throw refused(`CertificateRetrieval ${Options.CertificateRetrieval}`);
  if (!arePictureOptions(Options.Picture ?? {})) throw refused('a negative limit of pictures');
  return {
    to: To,
    suggestions: counted(Options.MaxAmbiguousRecipients, SUGGESTIONS),
    certificates,
    mostCertificates: counted(Options.MaxCertificates, MOST_COUNTED),
    availability: availabilityOf(Options),
    picture: Options.Picture,
  };
}
