import type { ChangeManner, PimClass } from '#backend';

/** What becomes of a property that a phone's Change does not speak of. */
export type Omission = 'kept' | 'cleared';

interface OmissionRules {
  /** First protocol version (times ten) in which whatever is left out is kept. */
  readonly keepsAllFrom?: number;
  /** Supported has a say (MS-ASCMD 2.2.3.179: contacts and events). */
  readonly ghosts: boolean;
  /** Kept although nothing ghosts them. */
  readonly kept: readonly string[];
  /** First version in which the element exists: an older phone cannot have meant to take it away. */
  readonly since?: Readonly<Record<string, number>>;
}

/** MS-ASCMD 2.2.3.24: a change without them leaves them alone, in every class and version. */
const BODY = 'AirSyncBase:Body';

/**
 * Trap 53 as a table. MS-ASCMD 2.2.3.24: "In all other cases, if an in-schema property is not specified in a change request,
 * the property is actively deleted"; the other cases stand here.
 */
const rules: Readonly<Record<PimClass, OmissionRules>> = {
  Contacts: {
    ghosts: true,
    kept: [BODY, 'Contacts:Picture'],
  },
  Calendar: {
    // MS-ASCAL 3.1.5.3 and MS-ASCMD 2.2.3.24: from 16.0 on all is kept, whatever Supported named.
    keepsAllFrom: 160,
    ghosts: true,
    kept: [
      BODY,
      // MS-ASCAL 3.2.5.3.1: kept even if Supported names them, and so is each single exception.
      'Calendar:Exceptions',
      // MS-ASCAL 2.2.2.27: "cannot be ghosted" and 16.0's own element, which no older phone can name.
      'AirSyncBase:Location',
      'AirSyncBase:Attachments',
      // An event is nothing without them, and a meeting without its organizer is somebody else's.
      'Calendar:StartTime',
      'Calendar:EndTime',
      'Calendar:Timezone',
      'Calendar:UID',
      'Calendar:DtStamp',
      'Calendar:OrganizerName',
      'Calendar:OrganizerEmail',
      // Only the server says them.
      'Calendar:ResponseType',
      'Calendar:AppointmentReplyTime',
      'Calendar:OnlineMeetingConfLink',
      'Calendar:OnlineMeetingExternalLink',
    ],
    since: { 'Calendar:ResponseRequested': 140, 'Calendar:DisallowNewTimeProposal': 140 },
  },
  Tasks: {
    ghosts: false,
    // MS-ASTASK 3.2.5.3.1, 3.2.5.3.2.
    kept: [BODY, 'Tasks:Importance', 'Tasks:ReminderSet'],
  },
  Notes: {
    ghosts: false,
    // MS-ASNOTE 3.1.5.3.1: a client can omit the date, which is the server's to tell. A note without a title is one that
    // nobody finds again, so a phone has to say that it is empty.
    kept: [BODY, 'Notes:LastModifiedDate', 'Notes:MessageClass', 'Notes:Subject'],
  },
};

/**
 * What becomes of an element that a Change of the class leaves out: by class, version and what the phone named as
 * Supported. `element` is its qualified name (`Contacts:JobTitle`, `AirSyncBase:Body`). Exchange 14.1 was measured to keep
 * a contact's omitted elements all the same; phones rely on it as little as on 16.1, which deletes them, so this is the
 * specification, unless the client's profile says so (`keepsOmitted`).
 */
export function whenOmitted(itemClass: PimClass, element: string, manner: ChangeManner): Omission {
  const { keepsAllFrom, ghosts, kept, since } = rules[itemClass];
  const { protocolVersion, supported } = manner;
  if (manner.keepsOmitted === true) return 'kept';
  if (keepsAllFrom !== undefined && protocolVersion >= keepsAllFrom) return 'kept';
  if (kept.includes(element) || protocolVersion < (since?.[element] ?? 0)) return 'kept';
  if (!ghosts || supported === null) return 'cleared';
  return supported.has(element) ? 'cleared' : 'kept';
}
