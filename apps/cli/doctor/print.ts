import type { StepReport } from './step.js';

const codes = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const;
export type Paint = (style: keyof typeof codes, text: string) => string;

/** Colours for a terminal; none for a pipe, or where NO_COLOR (no-color.org) asks for none. */
export function paintFor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  const isColoured = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return (style, text) => (isColoured ? `\u001b[${codes[style]}m${text}\u001b[0m` : text);
}

const TITLE_WIDTH = 20;
const TIME_WIDTH = 10;

/** A step in a line; below it, what went wrong and what to do. */
export function printStep(step: StepReport, paint: Paint): string {
  const mark = step.ok ? paint('green', '✓') : paint('red', '✗');
  const time = paint('dim', timeOf(step.ms).padStart(TIME_WIDTH));
  const title = paint('bold', step.title.padEnd(TITLE_WIDTH));
  const lines = [
    ` ${mark} ${title}${time}  ${step.reason === undefined ? step.detail : paint('red', step.reason)}`,
  ];
  for (const advice of step.advice) lines.push(`     ${paint(step.ok ? 'yellow' : 'bold', advice)}`);
  return `${lines.join('\n')}\n`;
}

const timeOf = (ms: number): string => (ms < 10_000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(1)} s`);
