import { PingRequest, PingResponse } from '#eas';
import type { CommandContext } from './context.js';
import { readDocument } from './read-document.js';
import { document, empty, type HeldReply, type Reply } from './reply.js';
import { carrierOf } from './scheduling/scheduling-work.js';
import { momentOf, waitForNews, type WaitOutcome } from './waiting.js';

/** MS-ASCMD 2.2.3.177.11. */
const PingStatus = {
  quiet: 1,
  changes: 2,
  parametersMissing: 3,
  heartbeatOutOfRange: 5,
  tooManyFolders: 6,
  hierarchyChanged: 7,
} as const;

/** Trap 37: Status 5 carries the nearest interval that is allowed, Status 6 the number of folders. */
function outOfBounds({ limits }: CommandContext, request: PingRequest | null): Reply | null {
  const interval = request?.HeartbeatInterval;
  const folders = request?.Folders?.Folder?.length ?? 0;
  if (interval !== undefined && (interval < limits.minHeartbeat || interval > limits.maxHeartbeat)) {
    const nearest = interval < limits.minHeartbeat ? limits.minHeartbeat : limits.maxHeartbeat;
    return document(PingResponse, { Status: PingStatus.heartbeatOutOfRange, HeartbeatInterval: nearest });
  }
  if (folders > limits.pingFolders) {
    return document(PingResponse, { Status: PingStatus.tooManyFolders, MaxFolders: limits.pingFolders });
  }
  return null;
}

const changed = (folders: readonly string[]): Reply =>
  document(PingResponse, { Status: PingStatus.changes, Folders: { Folder: folders } });

function answerTo(outcome: WaitOutcome): Reply {
  switch (outcome.kind) {
    case 'news':
      return changed(outcome.folders);
    case 'quiet':
      return document(PingResponse, { Status: PingStatus.quiet });
    case 'disconnected':
      return empty;
  }
}

/** MS-ASCMD 2.2.1.13 Ping: holds the request until there is news in one of the folders, or the interval ends. */
export async function ping(context: CommandContext): Promise<Reply | HeldReply> {
  const request = context.hasBody ? (await readDocument(context, PingRequest)).value : null;
  const refused = outOfBounds(context, request);
  if (refused) return refused;
  context.endOlderWait();
  context.jobs.stir(context.account.key, carrierOf(context));
  const since = momentOf(context);
  const answer = await context.devices.ask(context.asker, {
    type: 'Ping',
    interval: request?.HeartbeatInterval ?? null,
    folders: request?.Folders?.Folder?.map((folder) => folder.Id) ?? null,
  });
  if (answer.status !== 1) return document(PingResponse, { Status: PingStatus.parametersMissing });
  if (answer.hierarchyChanged) return document(PingResponse, { Status: PingStatus.hierarchyChanged });
  if (answer.changed.length > 0) return changed(answer.changed);
  const waiting = waitForNews(context, 'Ping', answer.folders, answer.interval, since);
  return { kind: 'held', answer: waiting.then(answerTo) };
}
