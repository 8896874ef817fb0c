import { formatVersion } from '#eas';
import type { AnswerDocument } from '#phone';
import { violationsOf } from '../../libs/eas/testing/index.js';

const violations: string[] = [];
const validated = new Map<string, Set<string>>();

/** Holds an answer that a phone got against the specification's schemas. */
export function watchTraffic({ command, version, document }: AnswerDocument): void {
  const spoken = formatVersion(version);
  const commands = validated.get(spoken) ?? new Set();
  validated.set(spoken, commands.add(command));
  for (const { message } of violationsOf(document)) violations.push(`${command} (${spoken}) ${message}`);
}

/** What was wrong with the answers since the last call, each once. */
export const takeViolations = (): string[] => [...new Set(violations.splice(0))];

/** Commands whose answers were looked at, by version. */
export const validatedCommands = (): Record<string, string[]> =>
  Object.fromEntries([...validated].map(([version, commands]) => [version, [...commands].sort()]));
