import { once } from 'node:events';
import { exitCodes } from '../exit-codes.js';

/** Passes an answer on to standard output as it comes, at the reader's pace. Returns the exit code. */
export async function pipeText(answer: Response): Promise<number> {
  for await (const chunk of answer.body ?? []) {
    if (!process.stdout.write(chunk as Uint8Array)) await once(process.stdout, 'drain');
  }
  return exitCodes.ok;
}
