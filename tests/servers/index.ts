/**
 * Private servers for tests and the benchmark: each in a temporary folder, on a free port of 127.0.0.1, ended by its own
 * process ids. Nothing here knows Jest.
 */
export { startCuttingProxy, type Cut, type CuttingProxy } from './cutting-proxy.js';
export { startCyrus, type Cyrus, type CyrusOptions } from './cyrus.js';
export { startDroppingProxy, type DroppingProxy } from './dropping-proxy.js';
export { luaSettings, oxSettings, type PushTarget } from './dovecot-push.js';
export { selfSigned, startDovecot, type Dovecot, type DovecotOptions } from './dovecot.js';
export { type SeedMail } from './maildir-seed.js';
export { freePorts, waitUntil } from './ports.js';
export { startRadicale, type Radicale } from './radicale.js';
export { startRedis, startSentinel, type RedisServer, type RedisSettings } from './redis.js';
export { startRedisCluster, type RedisCluster, type RedisClusterOptions } from './redis-cluster.js';
export { startSlapd, type Slapd, type SlapdEntry, type SlapdOptions } from './slapd.js';
export {
  startSmtpSink,
  type SinkManners,
  type SinkMessage,
  type SmtpSink,
  type SmtpSinkOptions,
} from './smtp-sink.js';
export { startXandikos, type Xandikos } from './xandikos.js';
export { startGodwit, type GodwitProcess, type GodwitRole } from './godwit.js';
export { startPostgres, type PostgresServer } from './postgres.js';
