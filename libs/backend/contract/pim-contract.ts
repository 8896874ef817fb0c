import type { PimClass } from '../item-writer.js';
import { pimAbilityContract } from './pim-ability-contract.js';
import { pimFeedContract } from './pim-feed-contract.js';
import type { PimContractSetup } from './pim-fixture.js';
import { pimFolderContract } from './pim-folder-contract.js';
import { pimWriteContract } from './pim-write-contract.js';

/** The port's rules for items that are no mail. The twin of backendContract. */
export function pimContract<C extends PimClass>(name: string, setup: PimContractSetup<C>): void {
  describe(`${name} keeps the contract of ${setup.samples.itemClass}`, () => {
    pimFeedContract(setup);
    if (!setup.features.fixed) pimWriteContract(setup);
    pimAbilityContract(setup);
    pimFolderContract(setup);
  });
}
