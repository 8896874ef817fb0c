/** Without any fault the phones end with what the server has: what the other files find out is due to the faults. */
import { installed } from './stage/installed.js';

describe.each(['cluster', 'standalone'] as const)('%s', (shape) => {
  const stage = installed(shape);

  it('nothing goes wrong', () =>
    stage.play({ name: 'nothing goes wrong', begin: () => undefined, lasts: 8_000 }));
});
