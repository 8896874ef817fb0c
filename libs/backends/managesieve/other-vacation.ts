import { utf8 } from './answer.js';
import { sieveTokens, type SieveToken } from './sieve-tokens.js';

/**
 * The reply of the first `vacation` in a script that somebody else wrote; null if it has none that can run. Conditions
 * around it are not understood, except `if false`, the way webmail programs switch a rule off.
 */
export function otherVacation(script: string): string | null {
  const dead: boolean[] = [];
  let isNextDead = false;
  const tokens = [...sieveTokens(script)].filter(({ kind }) => kind !== 'comment');
  for (const [index, { kind, value }] of tokens.entries()) {
    if (kind === 'punctuation') {
      if (value === '{') dead.push(isNextDead || dead.at(-1) === true);
      if (value === '}') dead.pop();
      if (';{}'.includes(value)) isNextDead = false;
    }
    if (kind !== 'identifier') continue;
    if (value === 'if' || value === 'elsif') isNextDead = tokens[index + 1]?.value === 'false';
    if (value === 'vacation' && dead.at(-1) !== true) return reasonOf(tokens.slice(index + 1));
  }
  return null;
}

/** The reason is the last string before the semicolon; of a MIME entity nothing is shown that is not text for people. */
function reasonOf(rest: readonly SieveToken[]): string {
  const end = rest.findIndex(({ kind, value }) => kind === 'punctuation' && value === ';');
  const argumentsOf = rest.slice(0, end < 0 ? rest.length : end);
  const isMime = argumentsOf.some(({ kind, value }) => kind === 'tag' && value === ':mime');
  const reason = argumentsOf.findLast(({ kind }) => kind === 'string');
  return isMime || !reason ? '' : utf8(reason.value).trimEnd();
}
