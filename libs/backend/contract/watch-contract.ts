import type { ChangeNotice, Watch } from '../port.js';
import { type ContractSetup, type Fixture } from './fixture.js';
import { runWith } from './run-with.js';
import { eventually, sampleMail } from './sample-mail.js';

/** A watch with what it noticed; `expectNotice` waits until the folder was named since the last call. */
async function watching(
  fixture: Fixture,
  folder: string,
): Promise<{ watch: Watch; expectNotice: () => Promise<void> }> {
  const notices: ChangeNotice[] = [];
  const watch = await fixture.backend.watch([folder], (notice) => notices.push(notice));
  return {
    watch,
    async expectNotice() {
      await eventually(() => notices.some(({ folders }) => folders === null || folders.includes(folder)));
      notices.length = 0;
    },
  };
}

export function watchContract(setup: ContractSetup): void {
  describe('watch', () => {
    it(
      'notices new mail, a flag and a removal',
      runWith(setup, async (fixture) => {
        const { inbox } = fixture;
        const { watch, expectNotice } = await watching(fixture, inbox);
        const handle = await fixture.deliver(inbox, sampleMail('watched'));
        await expectNotice();
        await fixture.setFlags(inbox, handle, { seen: true });
        await expectNotice();
        await fixture.expunge(inbox, handle);
        await expectNotice();
        await watch.close();
      }),
    );

    it(
      'ends when closed, twice over',
      runWith(setup, async (fixture) => {
        const { inbox } = fixture;
        const silent: ChangeNotice[] = [];
        const closed = await fixture.backend.watch([inbox], (notice) => silent.push(notice));
        await closed.close();
        await closed.close();
        const count = silent.length;
        const { watch, expectNotice } = await watching(fixture, inbox);
        await fixture.deliver(inbox, sampleMail('after the end'));
        await expectNotice();
        expect(silent).toHaveLength(count);
        await watch.close();
      }),
    );

    it(
      'serves several folders at once',
      runWith(setup, async (fixture) => {
        const other = await fixture.createFolder('Second', null);
        const notices: ChangeNotice[] = [];
        const watch = await fixture.backend.watch([fixture.inbox, other], (notice) => notices.push(notice));
        await fixture.deliver(other, sampleMail('to the second'));
        await eventually(() => notices.some(({ folders }) => folders === null || folders.includes(other)));
        await watch.close();
      }),
    );
  });
}
