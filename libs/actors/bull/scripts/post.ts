import { Script, serverClock, type RedisClient } from '#redis';

/**
 * Puts a message into an address's box, unless too much waits there.
 *
 * KEYS  1 box    list of waiting messages: "<posted> <dies> <id> <node> <body>", times in ms of the server's clock
 *       2 lease  "<node> <number>" of the drain at work, expires by itself
 * ARGV  1 ms until the message dies   2 most messages in the box   3 most ms the oldest may have waited
 *       4 "<id> <node> <body>"        5 channel prefix of nodes    6 tag of the address
 *       7 time of the server's clock at which nobody waits for the answer any more, or "": what arrives later, from behind
 *         a line that was silent for a while, must not be carried out
 * Result: ["posted", now]            nobody is at work on the box: it needs an activation
 *         ["held", now]              a drain is at work; its node was woken
 *         ["late", now]              nothing was put: it came too late
 *         ["full", now, ms waited]   nothing was put
 */
const post = new Script(`${serverClock}
local now = clock()
local dies = now + tonumber(ARGV[1])
local latest = tonumber(ARGV[7])
if latest and latest < dies then dies = latest end
if dies <= now then return { 'late', now } end
local waited = 0
while true do
  local head = redis.call('LINDEX', KEYS[1], 0)
  if not head then break end
  local posted, dies = string.match(head, '^(%d+) (%d+) ')
  if tonumber(dies) > now then
    waited = now - tonumber(posted)
    break
  end
  redis.call('LPOP', KEYS[1])
end
if redis.call('LLEN', KEYS[1]) >= tonumber(ARGV[2]) or waited > tonumber(ARGV[3]) then
  return { 'full', now, waited }
end
redis.call('RPUSH', KEYS[1], string.format('%.0f %.0f ', now, dies) .. ARGV[4])
-- A box nobody empties any more goes by itself, after its last message is dead.
redis.call('PEXPIRE', KEYS[1], math.max(3600000, tonumber(ARGV[1])))
local lease = redis.call('GET', KEYS[2])
if not lease then return { 'posted', now } end
redis.call('PUBLISH', ARGV[5] .. string.match(lease, '^(%S+)'), 'w' .. ARGV[6])
return { 'held', now }
`);

export interface Posting {
  readonly box: string;
  readonly lease: string;
  readonly tag: string;
  readonly remaining: number;
  readonly most: number;
  readonly longest: number;
  readonly message: string;
  readonly channelPrefix: string;
  /** By the server's clock; null if nothing is known of that. */
  readonly latest: number | null;
}

/** `now`: the server's clock. */
export type Posted = { readonly now: number } & (
  { readonly kind: 'posted' | 'held' | 'late' } | { readonly kind: 'full'; readonly waited: number }
);

export async function postMessage(redis: RedisClient, posting: Posting): Promise<Posted> {
  const { box, lease, remaining, most, longest, message, channelPrefix, tag, latest } = posting;
  const args = [Math.ceil(remaining), most, longest, message, channelPrefix, tag, latest ?? ''];
  const [kind, now, waited = 0] = (await post.run(redis, [box, lease], args)) as [
    Posted['kind'],
    number,
    number?,
  ];
  return kind === 'full' ? { kind, now, waited } : { kind, now };
}
