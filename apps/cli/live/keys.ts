import { shows, sorts, type View } from './render-top.js';

/** `quit`, or how the view looks after a key. */
export type Pressed = View | 'quit';

const next = <T>(all: readonly T[], current: T): T => all[(all.indexOf(current) + 1) % all.length]!;

const PAGE = 10;
const moves: Readonly<Record<string, number>> = {
  '\u001b[A': -1,
  k: -1,
  '\u001b[B': 1,
  j: 1,
  '\u001b[5~': -PAGE,
  '\u001b[6~': PAGE,
};

function typed(key: string, view: View): Pressed {
  if (key === '\r' || key === '\n') return { ...view, isTyping: false };
  if (key === '\u001b') return { ...view, isTyping: false, filter: '' };
  if (key === '\u007f' || key === '\b') return { ...view, filter: view.filter.slice(0, -1) };
  return /^[^\u0000-\u001f\u007f]+$/u.test(key)
    ? { ...view, filter: (view.filter + key).slice(0, 100) }
    : view;
}

/** What a key, as the terminal sends it, does. */
export function press(key: string, view: View): Pressed {
  if (key === '\u0003') return 'quit';
  if (view.isTyping) return typed(key, view);
  const move = moves[key];
  if (move !== undefined) return { ...view, offset: Math.max(0, view.offset + move) };
  switch (key) {
    case 'q':
      return 'quit';
    case 's':
      return { ...view, sort: next(sorts, view.sort) };
    case 't':
      return { ...view, show: next(shows, view.show), offset: 0 };
    case '/':
      return { ...view, isTyping: true, filter: '', offset: 0 };
    case '\u001b':
      return { ...view, filter: '' };
    default:
      return view;
  }
}
