import { InProcessBus } from '#bus';
import { interruptWaits } from './interruption.js';

const CERTAIN = 65_000;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A hub that only takes note of who is looked at. */
function listening() {
  const bus = new InProcessBus();
  const looks: ((account: string) => boolean)[] = [];
  const watch = {
    end: () => undefined,
    endAccount: () => undefined,
    look: () => undefined,
    lookAgain: (_spread: number, concerns: (account: string) => boolean = () => true) =>
      void looks.push(concerns),
  };
  return { bus, looks, end: interruptWaits({ bus }, watch) };
}

it('a policy that an actor host did not hear of is looked for once more when it must know', async () => {
  const { bus, looks, end } = listening();
  bus.publish('policies-changed', { tenant: 'acme' });
  await jest.advanceTimersByTimeAsync(1);
  expect(looks).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(CERTAIN);
  expect(looks).toHaveLength(2);
  for (const concerns of looks) expect([concerns('acme/ada'), concerns('other/ada')]).toEqual([true, false]);
  end();
});

it('a process that stops looks at nobody any more', async () => {
  const { bus, looks, end } = listening();
  bus.publish('policies-changed', { tenant: null });
  await jest.advanceTimersByTimeAsync(1);
  end();
  await jest.advanceTimersByTimeAsync(2 * CERTAIN);
  expect(looks).toHaveLength(1);
});
