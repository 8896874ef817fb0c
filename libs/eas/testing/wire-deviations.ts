import type { Violation } from './violation.js';

/** Where the schemas say less or other than the specification's text, the code pages or what every phone expects. */
interface Deviation extends Pick<Violation, 'kind' | 'model' | 'element'> {
  readonly reason: string;
}

const COLLECTION = 'AirSync:Sync/Collections/Collection';

const classIn = (place: string): Deviation => ({
  kind: 'unknown',
  model: `${COLLECTION}${place}`,
  element: 'AirSync:Class',
  reason: 'MS-ASCMD 2.2.3.27.6 has Class in Collection (up to 12.1), Add, Change and Delete of an answer',
});

const bodyPartIn = (place: string): Deviation => ({
  kind: 'unknown',
  model: `${COLLECTION}/Responses/${place}/ApplicationData`,
  element: 'AirSyncBase:BodyPart',
  reason: 'MS-ASAIRS 2.2.2.10: in any ApplicationData of an answer, when the phone asked for it',
});

const forwardee = (kind: 'unknown' | 'missing', element: string): Deviation => ({
  kind,
  model: 'ComposeMail:Forwardees/Forwardee',
  element: `ComposeMail:${element}`,
  reason: 'the schema says ForwardeeEmail and ForwardeeName where text and code page say Email and Name',
});

const noteIn = (place: string): readonly Deviation[] =>
  ['Subject', 'MessageClass', 'LastModifiedDate', 'Categories'].map((name) => ({
    kind: 'unknown',
    model: `${COLLECTION}/Responses/${place}/ApplicationData`,
    element: `Notes:${name}`,
    reason:
      'MS-ASNOTE 2.2.2: in the ApplicationData of any answer; the schema of Responses was not brought up to 14.0',
  }));

const foundProperty = (element: string): Deviation => ({
  kind: 'unknown',
  model: 'Search:Search/Response/Store/Result/Properties',
  element,
  reason: 'MS-ASCMD 2.2.3.139.3: the elements of the content classes, of which the schema lists only some',
});

export const deviations: readonly Deviation[] = [
  ...noteIn('Add'),
  ...noteIn('Fetch'),
  foundProperty('Calendar:Categories'),
  foundProperty('Calendar:OnlineMeetingConfLink'),
  foundProperty('Calendar:OnlineMeetingExternalLink'),
  foundProperty('Tasks:OrdinalDate'),
  foundProperty('Tasks:SubOrdinalDate'),
  classIn(''),
  classIn('/Commands/Add'),
  classIn('/Responses/Delete'),
  bodyPartIn('Add'),
  bodyPartIn('Fetch'),
  {
    kind: 'unknown',
    model: `${COLLECTION}/Responses/Change`,
    element: 'AirSync:ApplicationData',
    reason: 'MS-ASAIRS 2.2.2.7: the Attachments that a Change added, with ClientId and FileReference (16.0)',
  },
  forwardee('unknown', 'Email'),
  forwardee('unknown', 'Name'),
  forwardee('missing', 'ForwardeeEmail'),
  {
    kind: 'unknown',
    model: 'Search:Search/Response/Store/Result/Properties',
    element: 'Email2:AccountId',
    reason: 'MS-ASEMAIL 2.2.2.1 has it in search:Properties; the schema was not brought up to 14.1 here',
  },
  {
    kind: 'unknown',
    model: 'MeetingResponse:MeetingResponse',
    element: 'MeetingResponse:Status',
    reason: 'MS-ASCMD 2.2.2: a common status code stands in the root element of any command',
  },
  {
    kind: 'missing',
    model: 'MeetingResponse:MeetingResponse',
    element: 'MeetingResponse:Result',
    reason: 'the same: a command that failed as a whole has no results',
  },
  ...(['misplaced', 'too many', 'missing'] as const).flatMap((kind) =>
    ['EmptyFolderContents', 'Move', 'Fetch'].map((operation) => ({
      kind,
      model: 'ItemOperations:ItemOperations/Response',
      element: `ItemOperations:${operation}`,
      reason: 'operations are answered in the order asked (trap 71), not sorted by their kind',
    })),
  ),
];
