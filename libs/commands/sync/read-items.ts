import { BackendError, type Backend, type Item, type View } from '#backend';
import { fileReference, type ItemAddress } from '../server-id.js';

/** Why an item is not in the answer. */
export interface Missing {
  readonly id: string;
  readonly failure: 'gone' | 'unreadable' | 'unsent';
  readonly reason: string;
}

export interface ReadItem {
  readonly id: string;
  readonly item: Item;
}

/** FileReferences name the folder too, so that they say everything by themselves (trap 68). */
function withFileReferences(item: Item, address: ItemAddress): Item {
  const exceptions = item.Exceptions?.Exception;
  const Exception =
    exceptions && Symbol.iterator in exceptions
      ? [...exceptions].map((exception) => withReferences(exception, address))
      : exceptions;
  const named = withReferences(item, address);
  return exceptions ? { ...named, Exceptions: { Exception } } : named;
}

function withReferences<T extends Pick<Item, 'Attachments'>>(item: T, address: ItemAddress): T {
  const attachments = item.Attachments?.Attachment;
  if (!attachments || !(Symbol.iterator in attachments)) return item;
  const Attachment = [...attachments].map((attachment) => ({
    ...attachment,
    FileReference: fileReference(address, attachment.FileReference),
  }));
  return { ...item, Attachments: { Attachment } };
}

/**
 * Reads items one by one, for as long as the source can. What is not given is told to `missing`: one poisoned item never
 * blocks the others, and a source that breaks down between two items ends the answer in good order.
 */
export async function* readItems(
  backend: Backend,
  from: { readonly folder: string; readonly path: string },
  ids: readonly string[],
  view: View,
  missing: (item: Missing) => void,
): AsyncGenerator<ReadItem> {
  if (ids.length === 0) return;
  const left = new Set(ids);
  try {
    for await (const result of backend.read(from.path, ids, view)) {
      left.delete(result.id);
      if ('failure' in result) missing(result);
      else
        yield {
          id: result.id,
          item: withFileReferences(result.item, { folder: from.folder, item: result.id }),
        };
    }
    for (const id of left) missing({ id, failure: 'gone', reason: 'the source did not give it' });
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    const failure = error.kind === 'gone' ? 'gone' : 'unsent';
    for (const id of left) missing({ id, failure, reason: error.message });
  }
}
