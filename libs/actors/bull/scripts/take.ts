import { Script, serverClock, type RedisClient } from '#redis';

/**
 * Takes or keeps the lease of an address, answers the message that was processed, and takes the next one. May be sent
 * twice (a connection that broke before the result): the second time gives the same message again.
 *
 * KEYS  1 box    as in post
 *       2 run    the message being processed: "<dies> <starts> <id> <node> <body>"
 *       3 lease  as in post
 * ARGV  1 our lease: "<node> <number>"   2 ms the lease lasts    3 "1" to take the lease, "0" if it should be ours
 *       4 most starts of a message       5 "<id> <node>" that was processed, or ""
 *       6 channel for its answer         7 the answer            8 "1" to take the next message
 * Result: ["busy", ms]                      another drain holds the lease for so long, unless it renews it
 *         ["lost", waiting]                 the lease is not ours any more; waiting messages that nobody is at work on
 *         ["message", ms left, message]     to be processed: "<id> <node> <body>"
 *         ["poison", message]               was begun too often by hosts that died: to be refused
 *         ["empty"]
 */
const take = new Script(`${serverClock}
local now = clock()
local lease = redis.call('GET', KEYS[3])
if ARGV[3] == '1' then
  if lease and lease ~= ARGV[1] then return { 'busy', redis.call('PTTL', KEYS[3]) } end
end
local run = redis.call('GET', KEYS[2])
local mine = lease == ARGV[1] or ARGV[3] == '1'
if ARGV[5] ~= '' then
  local inHand = run and string.match(run, '^%d+ %d+ (%S+ %S+)') == ARGV[5]
  -- Whoever took the lease over and has the same message in hand will answer it. Otherwise the answer is the only one
  -- there will be (Redis forgot the lease), or comes a second time, which its asker ignores.
  if mine or not (lease and inHand) then
    redis.call('PUBLISH', ARGV[6], ARGV[7])
    if inHand then
      redis.call('DEL', KEYS[2])
      run = false
    end
  end
end
if not mine then
  return { 'lost', lease and 0 or redis.call('LLEN', KEYS[1]) }
end
redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[2])
if run then
  local dies, starts, message = string.match(run, '^(%d+) (%d+) (.*)$')
  -- The lease was ours before: this is the message whose taking we did not hear of.
  if lease ~= ARGV[1] then starts = tonumber(starts) + 1 end
  if tonumber(dies) > now then
    if tonumber(starts) > tonumber(ARGV[4]) then return { 'poison', message } end
    redis.call('SET', KEYS[2], dies .. ' ' .. starts .. ' ' .. message, 'PXAT', dies)
    return { 'message', tonumber(dies) - now, message }
  end
  redis.call('DEL', KEYS[2])
end
if ARGV[8] == '0' then return { 'empty' } end
while true do
  local head = redis.call('LPOP', KEYS[1])
  if not head then return { 'empty' } end
  local dies, message = string.match(head, '^%d+ (%d+) (.*)$')
  if tonumber(dies) > now then
    redis.call('SET', KEYS[2], dies .. ' 1 ' .. message, 'PXAT', dies)
    return { 'message', tonumber(dies) - now, message }
  end
end
`);

export interface AddressKeys {
  readonly box: string;
  readonly run: string;
  readonly lease: string;
}

export interface Taking {
  readonly token: string;
  readonly duration: number;
  /** True to acquire the lease, false if it must be held already. */
  readonly acquire: boolean;
  readonly mostStarts: number;
  readonly answer?: { readonly id: string; readonly channel: string; readonly text: string };
  readonly next: boolean;
}

/** What a drain does next. */
export type Turn =
  | { readonly kind: 'busy'; readonly patience: number }
  | { readonly kind: 'lost'; readonly waiting: number }
  | { readonly kind: 'empty' }
  | { readonly kind: 'message'; readonly remaining: number; readonly message: string }
  | { readonly kind: 'poison'; readonly message: string };

export async function takeMessage(redis: RedisClient, keys: AddressKeys, taking: Taking): Promise<Turn> {
  const { token, duration, acquire, mostStarts, answer, next } = taking;
  const result = (await take.run(
    redis,
    [keys.box, keys.run, keys.lease],
    [
      token,
      duration,
      acquire ? 1 : 0,
      mostStarts,
      answer?.id ?? '',
      answer?.channel ?? '',
      answer?.text ?? '',
      next ? 1 : 0,
    ],
  )) as ['busy' | 'lost', number] | ['empty'] | ['message', number, string] | ['poison', string];
  switch (result[0]) {
    case 'busy':
      return { kind: 'busy', patience: result[1] };
    case 'message':
      return { kind: 'message', remaining: result[1], message: result[2] };
    case 'poison':
      return { kind: 'poison', message: result[1] };
    case 'lost':
      return { kind: 'lost', waiting: result[1] };
    case 'empty':
      return { kind: 'empty' };
  }
}
