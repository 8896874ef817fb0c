import { sieveTokens } from './sieve-tokens.js';

const BEGIN = '# BEGIN Godwit out-of-office: written by Godwit, overwritten and removed by it';
const END = '# END Godwit out-of-office';
const isBegin = (comment: string) => comment.startsWith('# BEGIN Godwit out-of-office');
const isEnd = (comment: string) => comment.startsWith(END);

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where our block stands in somebody's script; null if it is not there, or not whole. */
function findBlock(script: string): Span | null {
  let start: number | null = null;
  for (const { kind, value, start: at, end } of sieveTokens(script)) {
    if (kind !== 'comment') continue;
    if (isBegin(value)) start = at;
    else if (isEnd(value) && start !== null) return { start, end };
  }
  return null;
}

export const hasBlock = (script: string): boolean => findBlock(script) !== null;

/** The script as it was before our block came into it, byte for byte. */
export function withoutBlock(script: string): string {
  const block = findBlock(script);
  if (!block) return script;
  // Somebody may have copied it with the rules around it.
  return withoutBlock(script.slice(0, block.start) + script.slice(block.end));
}

/**
 * The script with our code before its rules. At the top, because rules that file a mail and `stop` should not decide who
 * learns of the absence; after the script's own `require`s, because those must come before everything else (RFC 5228 3.2).
 * What is required twice is required once.
 */
export function withBlock(script: string, code: string): string {
  const rest = withoutBlock(script);
  const { end } = leadingRequires(rest);
  return `${rest.slice(0, end)}${BEGIN}\r\n${code}${END}\r\n${rest.slice(end)}`;
}

/** The `require`s a script begins with: what they name, and where the first other thing may stand. */
export function leadingRequires(script: string): {
  readonly end: number;
  readonly extensions: ReadonlySet<string>;
} {
  const extensions = new Set<string>();
  let end = 0;
  let isInside = false;
  for (const token of sieveTokens(script)) {
    if (token.kind === 'comment') continue;
    if (!isInside && !(token.kind === 'identifier' && token.value === 'require')) break;
    isInside = true;
    if (token.kind === 'string') extensions.add(token.value.toLowerCase());
    if (token.kind === 'punctuation' && token.value === ';') {
      isInside = false;
      end = endOfLine(script, token.end);
    }
  }
  return { end, extensions };
}

/** After the line's end if nothing but a comment is left on it. */
function endOfLine(script: string, at: number): number {
  const rest = /[ \t]*(?:#[^\n]*)?\n|[ \t]*\r\n/y;
  rest.lastIndex = at;
  return rest.test(script) ? rest.lastIndex : at;
}
