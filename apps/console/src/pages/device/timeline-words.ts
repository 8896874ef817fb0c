import type { TimelineEvent } from '../../api/types.js';
import type { Tone } from '../../parts/badge.js';

const words: Readonly<Record<string, readonly [Tone, string]>> = {
  added: ['info', 'Seen for the first time'],
  created: ['info', 'Seen for the first time'],
  imported: ['info', 'Imported from another server'],
  allowed: ['good', 'Allowed'],
  blocked: ['bad', 'Blocked'],
  quarantined: ['warn', 'Put into quarantine'],
  'wipe-waiting': ['warn', 'Wipe asked for, waits for a second administrator'],
  'wipe-requested': ['warn', 'Wipe asked for'],
  'wipe-sent': ['warn', 'Wipe sent to the phone'],
  'wipe-confirmed': ['bad', 'The phone confirmed its wipe'],
  'wipe-failed': ['bad', 'The phone could not wipe'],
  'wipe-cancelled': ['quiet', 'Wipe cancelled'],
  'policy-pending': ['info', 'Has to take its policy'],
  'policy-sent': ['info', 'Policy sent'],
  'policy-applied': ['good', 'Policy applied'],
  'policy-partial': ['warn', 'Policy applied in part'],
  'policy-refused': ['bad', 'Policy refused'],
  resync: ['info', 'Told to load again'],
  'loops-cleared': ['info', 'Loops cleared'],
  'sync-loop': ['warn', 'Asks for the same again and again'],
  'source-failed': ['bad', 'A source behind it failed'],
  'set-aside': ['warn', 'Item set aside'],
  'items-retried': ['info', 'Set-aside items offered again'],
  'trace-started': ['info', 'Trace started'],
  'trace-stopped': ['quiet', 'Trace stopped'],
  'share-added': ['info', 'Shared folder added'],
  'share-removed': ['quiet', 'Shared folder removed'],
};

export interface SaidEvent {
  readonly tone: Tone;
  readonly title: string;
  /** Name and value, those worth reading. */
  readonly details: readonly (readonly [string, string])[];
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What happened, for a reader. Kinds this page has no words for are named as the API names them. */
export function sayEvent({ kind, details }: Pick<TimelineEvent, 'kind' | 'details'>): SaidEvent {
  const [tone, title] = words[kind] ?? (['quiet', capital(kind.replaceAll(/[-.]/g, ' '))] as const);
  return {
    tone,
    title,
    details: Object.entries(details)
      .filter(([, value]) => value !== null && value !== '')
      .map(([name, value]) => [name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase(), plain(value)]),
  };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
