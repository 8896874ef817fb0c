import { LocalFailureCounts, type Guess } from './failures.js';
import { Guessing } from './guessing.js';

const ada: Guess = { kind: 'user', name: 't/ada' };

class RememberingCounts extends LocalFailureCounts {
  readonly right = new Set<string>();
  override wasRight = async (proof: string) => this.right.has(proof);
  override forget = async (proof: string) => void this.right.delete(proof);
}

function setUp() {
  const clock = { now: 0 };
  const failures = new RememberingCounts({ maxDelay: 30_000, now: () => clock.now });
  const guessing = new Guessing(failures);
  let looked = 0;
  const guess = async (proof: string, isRight = false, gate: Promise<void> = Promise.resolve()) => {
    const judged = await guessing.judged({
      guesses: [ada],
      proof,
      judge: async () => {
        looked += 1;
        await gate;
        return isRight;
      },
      isWrong: (right) => !right,
    });
    return judged.kind === 'delayed' ? 'delayed' : judged.value;
  };
  return { clock, failures, guess, looked: () => looked };
}

describe('guesses', () => {
  it('sent all at once are not all looked at before the first one counts', async () => {
    const { guess, looked } = setUp();
    const said = await Promise.all(Array.from({ length: 200 }, (_, i) => guess(`guess${i}`)));
    expect(looked()).toBe(5);
    expect(said.filter((answer) => answer === 'delayed')).toHaveLength(195);
  });

  it('do not take the places of secrets that were right at another node, which pass once more only if they are not', async () => {
    const { guess, failures } = setUp();
    failures.right.add('of the phone').add('changed since');
    let end = (): void => undefined;
    const judging = new Promise<void>((resolve) => (end = resolve));
    const guesses = Array.from({ length: 5 }, (_, i) => guess(`guess${i}`, false, judging));
    expect(await guess('unknown')).toBe('delayed');
    expect(await guess('of the phone', true)).toBe(true);
    expect(await guess('changed since')).toBe(false);
    expect(await guess('changed since')).toBe('delayed');
    end();
    await Promise.all(guesses);
  });

  it('of one secret brought many times at once are one: a phone with an old password is not punished twice', async () => {
    const { guess, failures } = setUp();
    await Promise.all(Array.from({ length: 50 }, () => guess('old')));
    expect(await failures.wait([ada])).toBe(0);
    expect(await guess('another')).toBe(false);
  });

  it('give their place back, also if the judge could not be asked', async () => {
    const { guess } = setUp();
    const failing = Promise.reject(new Error('away'));
    for (let i = 0; i < 20; i++) await expect(guess(`g${i}`, true, failing)).rejects.toThrow('away');
    expect(await guess('right', true)).toBe(true);
  });

  it('of others do not delay a secret that was right at another node, which passes once more only if it is not', async () => {
    const { guess, failures } = setUp();
    failures.right.add('of the phone').add('changed since');
    for (let i = 0; i < 6; i++) await guess(`guess${i}`);
    expect(await guess('unknown')).toBe('delayed');
    expect(await guess('of the phone', true)).toBe(true);
    expect(await guess('changed since')).toBe(false);
    expect(await guess('changed since')).toBe('delayed');
  });
});
