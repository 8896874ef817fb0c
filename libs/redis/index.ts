/**
 * Redis, for whoever speaks to it: how it is found (one server, a cluster, a master that sentinels know), what becomes of
 * commands while it is away, whether it may be trusted with messages, hearing what is published, and scripts. What is kept
 * there, and what for, is other rooms' business (actors, bus).
 */
export { isWithinReach, openRedis, type ClientOptions, type Patience, type RedisClient } from './client.js';
export { checkRedis, RedisSilent, RedisUnfit } from './fitness.js';
export { Listener, type ListenerEvents } from './listener.js';
export { Script, serverClock } from './script.js';
