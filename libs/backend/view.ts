/** BodyPreference of a request (MS-ASAIRS 2.2.2.12). */
export interface BodyPreference {
  /** 1 plain text, 2 HTML, 3 RTF, 4 MIME. */
  readonly type: 1 | 2 | 3 | 4;
  /** Bytes; absent means the whole body. */
  readonly truncationSize?: number;
  /** Skip this type rather than cut it; only with a truncationSize. */
  readonly allOrNone?: boolean;
  /** Characters of plain-text preview wanted beside the body (14.0 and later), 0 to 255. */
  readonly preview?: number;
}

/** What the phone wants to see of the items that are read. */
export interface View {
  /** Protocol version times ten: 120, 121, 140, 141, 160, 161. */
  readonly protocolVersion: number;
  /** In the phone's order. Empty: the class's default, cut as `mimeTruncation`/`truncation` of old clients say. */
  readonly bodyPreferences: readonly BodyPreference[];
  /** 0 never MIME, 1 only for S/MIME mail, 2 for all (MS-ASCMD 2.2.3.110). */
  readonly mimeSupport: 0 | 1 | 2;
  /** MIMETruncation in bytes as trap 65 lists them; null is whole. */
  readonly mimeTruncation: number | null;
  /** BodyPartPreference (14.1 and later): the text of the mail without what it quotes; absent is not wanted. */
  readonly bodyPart?: BodyPreference;
  /**
   * How this kind of phone writes birthdays and anniversaries as times (trap 97; quirks 4): the hour (UTC) at which it wants
   * the day, and whether it sends midnight of its own zone, so that the nearest UTC midnight is meant. Absent: 0, and no.
   */
  readonly birthdays?: { readonly hour: number; readonly localMidnight: boolean };
  /** The phone cannot take time-zone blobs with names in them (quirks 4.2). */
  readonly namelessZones?: boolean;
  /** `state`: only what a mail's version covers (Read, Flag, ...). `full`: the whole item. */
  readonly detail: 'full' | 'state';
}
