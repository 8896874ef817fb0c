import { backendContract } from '#backend/contract';
import { MemoryMailNotesStore } from '#store';
import { memoryFeatures, memoryFixture } from '../backends/memory/testing/index.js';
import { notedMail } from './noted-mail.js';

/** What is put before a source passes through all that the source can do; names of categories are its own affair. */
backendContract('memory with notes', {
  features: { ...memoryFeatures, rawKeywords: false },
  start: async () => {
    const fixture = await memoryFixture();
    return { ...fixture, backend: notedMail(fixture.backend, new MemoryMailNotesStore(), 't/ada') };
  },
});
