import type { SyncClientCommand } from '#eas';
import type { CommandAnswer, ItemData } from './mailbox.js';

export type EditCommand = Extract<SyncClientCommand, { Change: unknown } | { Delete: unknown }>;

/** What the server says to a Change or Delete. */
export interface EditAnswer {
  readonly ServerId: string;
  readonly InstanceId?: string | undefined;
  readonly Status: number;
  readonly ApplicationData?: ItemData | undefined;
}

/** The answer to this Change or Delete; null is success by silence (trap 25). Occurrences of a series are told apart. */
export function answerTo(command: EditCommand, responses: readonly CommandAnswer[]): EditAnswer | null {
  const isChange = 'Change' in command;
  const { ServerId, InstanceId } = isChange ? command.Change : command.Delete;
  for (const response of responses) {
    const answer: EditAnswer | null = isChange ? changeOf(response) : deleteOf(response);
    if (answer?.ServerId === ServerId && answer.InstanceId === InstanceId) return answer;
  }
  return null;
}

const changeOf = (response: CommandAnswer) => ('Change' in response ? response.Change : null);
const deleteOf = (response: CommandAnswer) => ('Delete' in response ? response.Delete : null);
