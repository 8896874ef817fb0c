import { BullRuntime } from '#actors';
import { inParallel } from './measured.js';

/*
 * Asks as fast as the hosts answer: so many addresses, each with one question at a time. Arguments: the URL, addresses,
 * seconds to warm up, seconds. Says how many were answered.
 */
const [, , redis = '', addresses = '', warmUp = '', seconds = ''] = process.argv;
const runtime = await BullRuntime.connect({ redis });
process.send?.('ready');
const begin = performance.now() + Number(warmUp) * 1000;
const end = begin + Number(seconds) * 1000;
let answered = 0;
await inParallel(Number(addresses), Number(addresses), async (index) => {
  while (performance.now() < end) {
    await runtime.ask(`device-${index}`, { index }, { deadline: Date.now() + 60_000 });
    const now = performance.now();
    if (now >= begin && now < end) answered += 1;
  }
});
await runtime.close();
process.send?.(answered, () => process.exit(0));
