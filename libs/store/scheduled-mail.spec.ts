import { scheduledMailStoreContract } from './contract/scheduled-mail-store.js';
import { MemoryScheduledMailStore } from './memory-scheduled-mail-store.js';

scheduledMailStoreContract('memory', async () => new MemoryScheduledMailStore());
