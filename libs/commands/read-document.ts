import { decode, ProtocolError, type BlobKeeper, type Decoded, type Element, type Infer } from '#eas';
import type { CommandContext } from './context.js';

/** What a body is read by. */
export type BodyContext = Pick<CommandContext, 'version' | 'body' | 'hasBody' | 'limits' | 'events'>;

/** Decodes the request's body. Throws ProtocolError, also if there is no body. */
export async function readDocument<S extends Element>(
  context: BodyContext,
  schema: S,
  blob?: BlobKeeper,
): Promise<Decoded<Infer<S>>> {
  if (!context.hasBody) throw new ProtocolError('missing', '', 'the request has no body');
  const { version, limits } = context;
  const decoded = await decode(schema, context.body, {
    version,
    limits: limits.document,
    ...(blob && { blob }),
  });
  context.events.skipped(decoded.skipped);
  return decoded;
}
