import { eventSamples, everyPimFeature, pimContract } from '#backend/contract';
import { lineCodec } from '../../objects/testing/line-codec.js';
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
