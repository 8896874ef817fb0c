import {
  contactSamples,
  eventSamples,
  everyPimFeature,
  journalSamples,
  pimContract,
  taskSamples,
} from '#backend/contract';
import { contactCodec, eventCodec, noteCodec, taskCodec } from '#formats';
import { lineCodec } from '../../objects/testing/index.js';
import { memoryObjectFixture } from './testing/object-fixture.js';

const locked = eventSamples.text('Locked');

pimContract('objects in memory', {
  features: everyPimFeature,
  samples: eventSamples,
  start: () => memoryObjectFixture(lineCodec, locked),
});

pimContract('a source that ignores limits and moves nothing', {
  features: { ...everyPimFeature, deltas: false },
  samples: eventSamples,
  start: () =>
    memoryObjectFixture(lineCodec, locked, (source) => {
      source.switches.ignoreLimit = true;
      source.move = null;
    }),
});

pimContract('a source that can only list', {
  features: { ...everyPimFeature, deltas: false },
  samples: eventSamples,
  start: () =>
    memoryObjectFixture(lineCodec, locked, (source) => {
      source.switches.listsOnly = true;
    }),
});

pimContract('a source that stores something else than it is given', {
  features: everyPimFeature,
  samples: eventSamples,
  start: () =>
    memoryObjectFixture(lineCodec, locked, (source) => {
      source.switches.alterOnPut = (text) => text.replace('END:VEVENT', 'X-STAMP:1\r\nEND:VEVENT');
    }),
});

const withoutCalendar = { ...everyPimFeature, calendarStore: false, expanded: false, files: false };

pimContract('events in memory', {
  features: everyPimFeature,
  samples: eventSamples,
  start: () => memoryObjectFixture(eventCodec, locked),
});

pimContract('tasks in memory', {
  features: withoutCalendar,
  samples: taskSamples,
  start: () => memoryObjectFixture(taskCodec, taskSamples.text('Locked')),
});

pimContract('contacts in memory', {
  features: { ...withoutCalendar, foreign: false },
  samples: contactSamples,
  start: () => memoryObjectFixture(contactCodec, contactSamples.text('Locked')),
});

pimContract('notes in memory', {
  features: { ...withoutCalendar, foreign: false },
  samples: journalSamples,
  start: () => memoryObjectFixture(noteCodec, journalSamples.text('Locked')),
});
