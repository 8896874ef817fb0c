import { loadConfiguration } from '#ops';
import { defaultLimits } from './limits.js';

it('tests and tools without a configuration keep to the same limits as a server', () => {
  const { waitSeconds, ...limits } = loadConfiguration({ env: {} }).configuration.connections;
  expect({ ...limits, patience: waitSeconds * 1000 }).toEqual(defaultLimits);
});
