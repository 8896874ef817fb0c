import { deviceStoreContract } from './contract/device-store.js';
import { MemoryDeviceStore } from './memory-device-store.js';

const store = new MemoryDeviceStore();
deviceStoreContract('in memory', async () => store);
