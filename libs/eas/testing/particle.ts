/** How often something may come. */
interface Occurrence {
  readonly min: number;
  readonly max: number;
}

/** An arrangement of elements, as XML Schema calls it. */
export type Particle = Occurrence &
  (
    | { readonly kind: 'element'; readonly name: string; readonly model: string }
    | { readonly kind: 'sequence' | 'choice' | 'all'; readonly parts: readonly Particle[] }
  );

const TOKEN = /\s*([%.]?[\w:]+|\{\d+,\d*\}|[(),|&?*+])/y;

const compositors = { ',': 'sequence', '|': 'choice', '&': 'all' } as const;

const occurrences: Readonly<Record<string, Occurrence>> = {
  '?': { min: 0, max: 1 },
  '*': { min: 0, max: Infinity },
  '+': { min: 1, max: Infinity },
};

/** Reads `(AirSync:Status?, (.Change* | %Email:AllProps)+)`, which stands in the line of `owner`. */
export function parseParticle(content: string, owner: string, group: (name: string) => string): Particle {
  const tokens = tokensOf(content);
  const namespace = owner.replace(/^%/, '').replace(/:.*/s, '');

  const particle = (): Particle => {
    const token = tokens.shift() ?? '';
    const inner = token === '(' ? compound() : named(token);
    return { ...inner, ...occurrence() };
  };
  const compound = (): Particle => {
    const parts: Particle[] = [];
    let kind: 'sequence' | 'choice' | 'all' = 'sequence';
    for (;;) {
      parts.push(particle());
      const token = tokens.shift();
      if (token === ')') break;
      kind = compositors[token as keyof typeof compositors];
      // One element in any order is still "all": `(a &)`.
      if (tokens[0] === ')') {
        tokens.shift();
        break;
      }
    }
    return { kind, parts, min: 1, max: 1 };
  };
  const named = (token: string): Particle => {
    if (token.startsWith('%')) {
      const parts = [parseParticle(group(token), token, group)];
      return { kind: 'sequence', parts, min: 1, max: 1 };
    }
    const isLocal = token.startsWith('.');
    const name = isLocal ? `${namespace}:${token.slice(1)}` : token;
    const model = isLocal ? `${owner}/${token.slice(1)}` : token;
    return { kind: 'element', name, model, min: 1, max: 1 };
  };
  const occurrence = (): Occurrence => {
    const known = occurrences[tokens[0] ?? ''];
    if (known) {
      tokens.shift();
      return known;
    }
    if (tokens[0]?.startsWith('{') !== true) return { min: 1, max: 1 };
    const [min = '', max = ''] = (tokens.shift() ?? '').slice(1, -1).split(',');
    return { min: Number(min), max: max === '' ? Infinity : Number(max) };
  };
  return particle();
}

function tokensOf(content: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < content.length) {
    const match = TOKEN.exec(content);
    if (!match?.[1]) throw new Error(`no content model: ${content}`);
    tokens.push(match[1]);
  }
  return tokens;
}

/** Where a row of elements stopped to fit. */
export interface Mismatch {
  /** Index of the element that does not fit; the row's length if something is missing at its end. */
  readonly at: number;
  /** What could have stood there. */
  readonly expected: ReadonlySet<string>;
}

/** Rows that were found to be right, by particle: the same few shapes come by the thousand in a test's traffic. */
const right = new WeakMap<Particle, Set<string>>();
/** Rows remembered of a particle; each is as long as the names in it. */
const REMEMBERED = 5_000;

/** Whether elements of these names may stand in this row. Undefined: they may. */
export function mismatch(particle: Particle, names: readonly string[]): Mismatch | undefined {
  const known = right.get(particle) ?? new Set();
  const row = names.join(' ');
  if (known.has(row)) return undefined;
  const found = follow(particle, names);
  if (!found && known.size < REMEMBERED) right.set(particle, known.add(row));
  return found;
}

function follow(particle: Particle, names: readonly string[]): Mismatch | undefined {
  const matcher = new Matcher(names);
  const ends = matcher.ends(particle, new Set([0]));
  if (ends.has(names.length)) return undefined;
  const end = Math.max(-1, ...ends);
  return end > matcher.furthest.at ? { at: end, expected: new Set() } : matcher.furthest;
}

/** Follows all ways through the particle at once: a set of positions in the row, so that none is tried twice. */
class Matcher {
  #at = 0;
  #expected = new Set<string>();

  constructor(readonly names: readonly string[]) {}

  get furthest(): Mismatch {
    return { at: this.#at, expected: this.#expected };
  }

  /** Where the row may go on after the particle that begins at one of `starts`. */
  ends(particle: Particle, starts: ReadonlySet<number>): Set<number> {
    const ends = new Set(particle.min === 0 ? starts : []);
    let reached: ReadonlySet<number> = starts;
    for (let times = 1; times <= particle.max && reached.size > 0; times++) {
      const next = this.#once(particle, reached);
      if (times < particle.min) {
        reached = next;
        continue;
      }
      reached = new Set([...next].filter((end) => !ends.has(end)));
      for (const end of reached) ends.add(end);
    }
    return ends;
  }

  #once(particle: Particle, starts: ReadonlySet<number>): Set<number> {
    switch (particle.kind) {
      case 'element':
        return new Set([...starts].filter((start) => this.#meets(start, particle.name)).map(next));
      case 'sequence': {
        let reached = new Set(starts);
        for (const part of particle.parts) reached = this.ends(part, reached);
        return reached;
      }
      case 'choice':
        return new Set(particle.parts.flatMap((part) => [...this.ends(part, starts)]));
      case 'all':
        return new Set([...starts].flatMap((start) => this.#endOfAll(particle.parts, start)));
    }
  }

  /** Elements of an `all` come once at most, so there is one way through it. */
  #endOfAll(parts: readonly Particle[], start: number): number[] {
    const open = new Set(parts);
    let position = start;
    for (;;) {
      const part = [...open].find((candidate) => this.#isAt(candidate, position));
      if (!part) break;
      open.delete(part);
      position++;
    }
    for (const part of open) this.#isAt(part, position);
    return [...open].some(({ min }) => min > 0) ? [] : [position];
  }

  #isAt(part: Particle, position: number): boolean {
    return part.kind === 'element' && this.#meets(position, part.name);
  }

  #meets(position: number, name: string): boolean {
    if (this.names[position] === name) return true;
    if (position > this.#at) this.#expected = new Set();
    this.#at = Math.max(this.#at, position);
    if (position === this.#at) this.#expected.add(name);
    return false;
  }
}

const next = (position: number): number => position + 1;
