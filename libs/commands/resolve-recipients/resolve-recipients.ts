import { BackendError, type FreeBusy } from '#backend';
import {
  EasStatusError,
  RecipientType,
  ResolveRecipientsRequest,
  ResolveRecipientsResponse,
  ResolveRecipientsStatus,
  type ResolvedRecipient,
  type ResolvedTo,
} from '#eas';
import type { CommandContext } from '../context.js';
import { readDocument } from '../read-document.js';
import { document, type Reply } from '../reply.js';
import { PictureAlbum } from '../search/pictures.js';
import { availabilityOf } from './availability.js';
import { Resolver, type Candidate, type Candidates } from './candidates.js';
import { CertificateQuota } from './certificates.js';
import { ContactBook } from './contact-book.js';
import { readResolving, type Resolving } from './request.js';

/** Availability came with 14.0, photos with 14.1 (MS-ASCMD 2.2.3.16, 135.2). */
const AVAILABILITY_SINCE = 140;
const PICTURES_SINCE = 141;
/** Recipients that are looked for at once. */
const AT_ONCE = 8;

/** MS-ASCMD 2.2.1.15 ResolveRecipients: one Response a To, in the order asked, also for those nobody knows (trap 102). */
export async function resolveRecipients(context: CommandContext): Promise<Reply> {
  const { value } = await readDocument(context, ResolveRecipientsRequest);
  const asked = readResolving(value);
  const lease = context.account.lease();
  try {
    const contacts = new ContactBook(lease, (reason) => context.events.serviceFailed('contacts', reason));
    const resolver = new Resolver(await lease.directory(), await lease.identities(), contacts);
    const wanted = {
      suggestions: asked.suggestions,
      pictures: asked.picture !== undefined && context.version >= PICTURES_SINCE,
      certificates: asked.certificates !== 'none',
    };
    const candidates = await inBatches(asked.to, (to) => resolver.resolve(to, wanted));
    const freeBusy =
      asked.availability && context.version >= AVAILABILITY_SINCE ? await lease.freeBusy() : null;
    const availabilities = await inBatches(candidates, (each) =>
      free(each, asked, freeBusy, context.version),
    );
    const teller = new Teller(asked, wanted.pictures);
    const Response = asked.to.map((to, index) =>
      teller.response(to, candidates[index]!, availabilities[index] ?? null),
    );
    return document(ResolveRecipientsResponse, { Status: ResolveRecipientsStatus.success, Response });
  } catch (error) {
    if (!(error instanceof BackendError) || error.kind === 'auth') throw error;
    const { serverError } = ResolveRecipientsStatus;
    throw new EasStatusError('ResolveRecipients', serverError, error.message, { cause: error });
  } finally {
    lease.release();
  }
}

/** Only of somebody of whom it is clear who he is (MS-ASCMD 2.2.3.183). */
async function free(
  { isExact, entries }: Candidates,
  { availability }: Resolving,
  freeBusy: FreeBusy | null,
  version: number,
): Promise<ResolvedRecipient['Availability'] | null> {
  const [only] = entries;
  if (!availability || !isExact || !only || version < AVAILABILITY_SINCE) return null;
  return availabilityOf(freeBusy, only.emailAddress, availability);
}

/** Puts the answer together; photos and certificates have limits that hold for all of it. */
class Teller {
  private readonly album: PictureAlbum | null;
  private readonly certificates: CertificateQuota | null;

  constructor({ picture, certificates, mostCertificates }: Resolving, hasPictures: boolean) {
    this.album = hasPictures ? new PictureAlbum(picture ?? {}) : null;
    this.certificates =
      certificates === 'none' ? null : new CertificateQuota(mostCertificates, certificates, Date.now());
  }

  response(
    To: string,
    { isExact, entries, total }: Candidates,
    availability: ResolvedRecipient['Availability'] | null,
  ): ResolvedTo {
    const { success, ambiguous, partlyAmbiguous, unresolved } = ResolveRecipientsStatus;
    const RecipientCount = total;
    if (total === 0) return { To, Status: unresolved, RecipientCount };
    const Recipient = entries.map((entry) => this.recipient(entry, isExact, availability));
    if (isExact) return { To, Status: success, RecipientCount, Recipient };
    return { To, Status: entries.length < total ? partlyAmbiguous : ambiguous, RecipientCount, Recipient };
  }

  private recipient(
    entry: Candidate,
    isExact: boolean,
    availability: ResolvedRecipient['Availability'] | null,
  ): ResolvedRecipient {
    return {
      Type: entry.isContact ? RecipientType.contact : RecipientType.directory,
      DisplayName: entry.displayName,
      EmailAddress: entry.emailAddress,
      ...(availability && { Availability: availability }),
      ...(this.certificates && isExact && { Certificates: this.certificates.next(entry.certificates) }),
      ...(this.album && { Picture: this.album.next(entry.picture) }),
    };
  }
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  }
  return results;
}
