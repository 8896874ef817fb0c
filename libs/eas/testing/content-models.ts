import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseParticle, type Particle } from './particle.js';
import { parseSimpleType, type SimpleType } from './simple-type.js';

/** What may stand in an element: other elements in some arrangement, or a value. */
export type ContentModel =
  | {
      readonly kind: 'elements';
      readonly particle: Particle;
      /** The model of each child that may occur at all, by qualified name. */
      readonly children: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'value'; readonly type: SimpleType }
  | { readonly kind: 'any' };

const FILE = join(__dirname, '../reference/content-models.tsv');

let lines: ReadonlyMap<string, string> | undefined;

function declarations(): ReadonlyMap<string, string> {
  lines ??= new Map(
    readFileSync(FILE, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split('\t') as [string, string]),
  );
  return lines;
}

const models = new Map<string, ContentModel>();

/**
 * The model at this line of reference/content-models.tsv: `AirSync:Sync` for an element on its own, `AirSync:Sync/Collections`
 * for one that is declared inside another. Undefined: there is no such line.
 */
export function contentModel(key: string): ContentModel | undefined {
  let model = models.get(key);
  if (!model) {
    const content = declarations().get(key);
    if (content === undefined) return undefined;
    models.set(key, (model = parseModel(key, content)));
  }
  return model;
}

function parseModel(key: string, content: string): ContentModel {
  if (content === 'any') return { kind: 'any' };
  if (!/[.(:%]/.test(content.split(' ')[0] ?? '')) return { kind: 'value', type: parseSimpleType(content) };
  const particle = parseParticle(content, key, (group) => declarations().get(group) ?? '');
  const children = new Map<string, string>();
  collect(particle, children);
  return { kind: 'elements', particle, children };
}

function collect(particle: Particle, children: Map<string, string>): void {
  if (particle.kind === 'element') children.set(particle.name, particle.model);
  else for (const part of particle.parts) collect(part, children);
}
