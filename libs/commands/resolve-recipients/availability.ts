import { BackendError, type FreeBusy } from '#backend';
import { CommonStatus, type ResolvedRecipient } from '#eas';
import { mergedFreeBusy } from './merged-free-busy.js';

type Availability = NonNullable<ResolvedRecipient['Availability']>;

/** When somebody is free (MS-ASCMD 2.2.3.16): 163 where nobody can tell, 162 where it may be told later. */
export async function availabilityOf(
  freeBusy: FreeBusy | null,
  address: string,
  { start, end }: { readonly start: Date; readonly end: Date },
): Promise<Availability> {
  try {
    const busy = (await freeBusy?.freeBusy(address, start, end)) ?? null;
    if (busy === null) return { Status: CommonStatus.AvailabilityFailure };
    return { Status: 1, MergedFreeBusy: mergedFreeBusy(busy, start, end) };
  } catch (error) {
    if (!(error instanceof BackendError) || error.kind === 'auth') throw error;
    const { AvailabilityTransientFailure, AvailabilityFailure } = CommonStatus;
    return { Status: error.retryable ? AvailabilityTransientFailure : AvailabilityFailure };
  }
}
