/**
 * The port's rules as tests. A backend's spec calls `backendContract` with a way to start a fresh source; the suite then
 * plays the gateway on one side and somebody else's mail program on the other. memory passes it and shows what is meant.
 * `pimContract` is the same for items that are no mail.
 */
import { abilityContract } from './ability-contract.js';
import { feedContract } from './feed-contract.js';
import { type ContractSetup } from './fixture.js';
import { folderEditorContract } from './folder-editor-contract.js';
import { folderContract } from './folder-contract.js';
import { keywordContract } from './keyword-contract.js';
import { readContract } from './read-contract.js';
import { searchContract } from './search-contract.js';
import { watchContract } from './watch-contract.js';

export * from './fixture.js';
export * from './pim-contract.js';
export * from './pim-fixture.js';
export * from './pim-samples.js';
export { Replica } from './replica.js';
export { eventually, mailWithAttachment, plainView, sampleMail } from './sample-mail.js';

export function backendContract(name: string, setup: ContractSetup): void {
  describe(`${name} keeps the backend contract`, () => {
    folderContract(setup);
    feedContract(setup);
    readContract(setup);
    watchContract(setup);
    abilityContract(setup);
    keywordContract(setup);
    searchContract(setup);
    folderEditorContract(setup);
  });
}
