import { ActorFailure, errorFromJson, errorToJson, MessageTooLarge, type ErrorJson } from '../failure.js';
import type { Outcome } from '../perform.js';

/** A message as it waits in a box: "<id> <node> <body>", the body being JSON. */
export interface Message {
  readonly id: string;
  /** The node that asks, whose channel takes the answer. */
  readonly node: string;
  readonly body: string;
}

/** Begins the id of a message that ends what an earlier one began. To an older host it is an id like any other. */
const FINISHING = 'F';

/** `number` is the asker's own. */
export const messageId = (number: number, isFinishing: boolean): string =>
  `${isFinishing ? FINISHING : ''}${number.toString(36)}`;

export const isFinishing = ({ id }: Message): boolean => id.startsWith(FINISHING);

/** Throws MessageTooLarge. `limit` in bytes of JSON. */
export function encodeBody(message: unknown, limit: number): string {
  const body = JSON.stringify(message) ?? 'null';
  const size = Buffer.byteLength(body);
  if (size > limit) throw new MessageTooLarge(size, limit);
  return body;
}

export const joinMessage = ({ id, node, body }: Message): string => `${id} ${node} ${body}`;

export function splitMessage(text: string): Message {
  const idEnd = text.indexOf(' ');
  const nodeEnd = text.indexOf(' ', idEnd + 1);
  return { id: text.slice(0, idEnd), node: text.slice(idEnd + 1, nodeEnd), body: text.slice(nodeEnd + 1) };
}

type AnswerJson = { readonly value?: unknown } | { readonly error: ErrorJson };

/** An answer on a node's channel: "r<id> <JSON>". A value over the limit becomes the error that says so. */
export function encodeAnswer(id: string, outcome: Outcome, limit: number): string {
  let text: string;
  try {
    const json: AnswerJson = outcome.ok ? { value: outcome.value } : { error: errorToJson(outcome.error) };
    text = encodeBody(json, limit);
  } catch (error) {
    const failure =
      error instanceof MessageTooLarge ? error : new ActorFailure('the answer is not JSON', id, error);
    text = JSON.stringify({ error: errorToJson(failure) });
  }
  return `r${id} ${text}`;
}

export function decodeAnswer(text: string): { id: string; answer: { value: unknown } | { error: Error } } {
  const idEnd = text.indexOf(' ');
  const json = JSON.parse(text.slice(idEnd + 1)) as AnswerJson;
  const answer = 'error' in json ? { error: errorFromJson(json.error) } : { value: json.value };
  return { id: text.slice(1, idEnd), answer };
}
