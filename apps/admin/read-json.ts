import type { IncomingMessage } from 'node:http';
import { BodyTooLarge, requestBody } from '../gateway/request-body.js';
import { Refused } from './call.js';

/** Bytes: a thousand imported devices with their folders fit. */
const LONGEST = 4 * 1024 * 1024;

/** The body as JSON; undefined where there is none. Throws Refused 400 and 413. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  try {
    const { content } = await requestBody(request, LONGEST);
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    const text = Buffer.concat(pieces).toString('utf8');
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch (error) {
    if (error instanceof BodyTooLarge) throw new Refused(413, 'too-large', 'The body is too large.');
    if (error instanceof SyntaxError) throw new Refused(400, 'malformed', 'The body is no JSON.');
    throw error;
  }
}
