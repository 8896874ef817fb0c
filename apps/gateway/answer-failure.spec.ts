import { DeadlinePassed, Overloaded, RuntimeUnavailable } from '#actors';
import { BackendError, type BackendErrorKind } from '#backend';
import type { Reply } from '#commands';
import { ProvisionRequired } from '#device';
import { EasStatusError, ProtocolError, type CommandName } from '#eas';
import { StoreUnavailable } from '#store';
import { breaksOff, failureOf, isPassing } from './answer-failure.js';
import { BodyTooLarge } from './request-body.js';
import { Disconnected } from './response-sink.js';

/** `HTTP 449`, or `Sync 142` for a Status in a document of that root. */
const shown = (reply: Reply): string => {
  if (reply.kind === 'refusal') return `HTTP ${reply.status}`;
  if (reply.kind !== 'document') return reply.kind;
  return `${reply.schema.tag.name} ${(reply.value as { Status: number }).Status}`;
};
const answered = (error: unknown, command: CommandName = 'Sync', version = 141): string =>
  shown(failureOf(error, command, version).reply);
const headersOf = (error: unknown) => {
  const { reply } = failureOf(error, 'Sync', 141);
  return reply.kind === 'refusal' ? reply.headers : undefined;
};

describe('a failed request is answered', () => {
  it('by 449 up to 12.1 and by a Status from 14.0 on, where the phone must provision (trap 9)', () => {
    expect(answered(new ProvisionRequired(142), 'Sync', 120)).toBe('HTTP 449');
    expect(answered(new ProvisionRequired(144), 'FolderSync', 121)).toBe('HTTP 449');
    expect(answered(new ProvisionRequired(142), 'Sync', 140)).toBe('Sync 142');
    expect(answered(new ProvisionRequired(143), 'Ping', 161)).toBe('Ping 143');
    expect(answered(new ProvisionRequired(144), 'SendMail', 141)).toBe('SendMail 144');
  });

  it('by common statuses in the root of the command, and by their HTTP twins before there were any', () => {
    expect(answered(new EasStatusError('SendMail', 119), 'SendMail')).toBe('SendMail 119');
    expect(answered(new EasStatusError('SendMail', 119), 'SendMail', 121)).toBe('HTTP 400');
    expect(answered(new EasStatusError('ItemOperations', 11), 'ItemOperations', 121)).toBe(
      'ItemOperations 11',
    );
  });

  it('by 501 for a command nobody knows, and for one without a document that could say 137', () => {
    expect(answered(new ProtocolError('unknown-command', '', 'Dance'))).toBe('HTTP 501');
    expect(answered(new EasStatusError('GetAttachment', 137), 'GetAttachment')).toBe('HTTP 501');
    expect(answered(new EasStatusError('FolderCreate', 137), 'FolderCreate')).toBe('FolderCreate 137');
    expect(answered(new EasStatusError('FolderCreate', 137), 'FolderCreate', 121)).toBe('HTTP 501');
  });

  it('by 503 with Retry-After and a throttle word where waiting helps, never by 500 (trap 7)', () => {
    const passing = [
      new BackendError('unavailable', 'down'),
      new BackendError('throttled', 'slow down', { retryAfter: 9 }),
      new DeadlinePassed('late'),
      new Overloaded('busy', 3),
      new RuntimeUnavailable('no redis'),
      new StoreUnavailable('no database'),
    ];
    for (const error of passing) {
      expect(answered(error)).toBe('HTTP 503');
      expect(Number(headersOf(error)?.['Retry-After'])).toBeGreaterThan(0);
      const throttle = error instanceof Overloaded ? 'Global' : 'UnknownReason';
      expect(headersOf(error)).toMatchObject({ 'X-MS-ASThrottle': throttle });
      expect(isPassing(error)).toBe(true);
    }
    expect(headersOf(passing[1])).toMatchObject({ 'Retry-After': '9' });
    expect(headersOf(passing[3])).toMatchObject({ 'Retry-After': '3' });
  });

  it('by 401 where the source refuses the password, and by 110 where it cannot do the thing at all', () => {
    expect(answered(new BackendError('auth', 'no'))).toBe('HTTP 401');
    expect(headersOf(new BackendError('auth', 'no'))).toHaveProperty('WWW-Authenticate');
    for (const kind of ['gone', 'conflict', 'invalid', 'unsupported'] satisfies BackendErrorKind[]) {
      expect(answered(new BackendError(kind, 'no'))).toBe('Sync 110');
      expect(isPassing(new BackendError(kind, 'no'))).toBe(false);
    }
  });

  it('by 400 for what the phone got wrong and 413 for what is too large', () => {
    expect(answered(new ProtocolError('truncated', 'Sync', 'ends too early'))).toBe('HTTP 400');
    expect(answered(new BodyTooLarge(5))).toBe('HTTP 413');
    expect(answered(new Disconnected())).toBe('HTTP 499');
  });

  it('by 500 with an id for a bug, and by nothing of what went wrong', () => {
    const failure = failureOf(new TypeError('secret detail'), 'Sync', 141);
    expect(failure.kind).toBe('bug');
    expect(failure.id).toHaveLength(36);
    expect(failure.reply).toEqual({
      kind: 'refusal',
      status: 500,
      headers: { 'X-Godwit-Event': failure.id },
    });
  });
});

it.each([
  ['the phone hung up', new Disconnected(), true],
  ['its source broke off', new BackendError('unavailable', 'away'), true],
  [
    'the phone hung up, and its actor did not answer',
    new AggregateError([new Disconnected(), new DeadlinePassed('late')]),
    true,
  ],
  ['a bug', new TypeError('undefined'), false],
  ['a bug beside it', new AggregateError([new Disconnected(), new TypeError('undefined')]), false],
])('an answer that broke in the middle: %s', (_name, error, isNobodysMistake) => {
  expect(breaksOff(error)).toBe(isNobodysMistake);
});
