import { commands } from '../commands/registry.js';
import type { Child, Element } from '../schema/schema.js';

let shown: ReadonlySet<number> | undefined;

/**
 * Codes of the tags whose content may be shown: those that some declaration holds and none declares as the user's own. A
 * tag that nobody declared is not shown, so a trace never tells more than somebody has thought about.
 */
export function shownTags(): ReadonlySet<number> {
  if (shown) return shown;
  const open = new Set<number>();
  const closed = new Set<number>();
  const seen = new Set<Element>();
  for (const { request, response } of Object.values(commands)) {
    for (const element of [request, response]) collect(element, open, closed, seen);
  }
  shown = new Set([...open].filter((code) => !closed.has(code)));
  return shown;
}

function collect(element: Element, open: Set<number>, closed: Set<number>, seen: Set<Element>): void {
  if (seen.has(element)) return;
  seen.add(element);
  (element.redact ? closed : open).add(element.tag.code);
  for (const child of childrenOf(element)) collect(child, open, closed, seen);
}

function childrenOf(element: Element): readonly Element[] {
  if (element.kind === 'sequence') return element.alternatives;
  return element.kind === 'container' ? element.children.flatMap(elementsOf) : [];
}

const elementsOf = (child: Child): Element[] =>
  child.occurs === 'group' ? child.children.flatMap(elementsOf) : [child.element];
