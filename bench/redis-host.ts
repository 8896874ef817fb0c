import { BullRuntime } from '#actors';

/* A host of actors that answer with what they are told; for the bench of Redis. */
const [, , redis = ''] = process.argv;
const runtime = await BullRuntime.connect({ redis });
await runtime.host(() => ({ receive: (message) => Promise.resolve(message) }));
process.send?.('ready');
