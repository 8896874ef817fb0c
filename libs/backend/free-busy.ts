/** A time span in which somebody is not free. */
export interface BusyPeriod {
  readonly start: Date;
  readonly end: Date;
  /** 1 tentative, 2 busy, 3 out of office, as the digits of MergedFreeBusy (MS-ASCMD 2.2.3.108). */
  readonly status: 1 | 2 | 3;
}

/** Can tell when others are free. Throws BackendError. */
export interface FreeBusy {
  /** What of this span is taken; null if nothing is known of that address. */
  freeBusy(address: string, start: Date, end: Date): Promise<readonly BusyPeriod[] | null>;
}
