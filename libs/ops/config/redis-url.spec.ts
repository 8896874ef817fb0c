import { parseRedisUrl } from './redis-url.js';

describe('the URL of a Redis', () => {
  it('names one server, with or without database, login and TLS', () => {
    expect(parseRedisUrl('redis://r')).toEqual({
      ...{ kind: 'server', tls: false, node: { host: 'r', port: 6379 }, db: 0 },
    });
    expect(parseRedisUrl('rediss://me:p%40ss%3A@r.example.org:6390/2')).toEqual({
      ...{ kind: 'server', tls: true, username: 'me', password: 'p@ss:' },
      ...{ node: { host: 'r.example.org', port: 6390 }, db: 2 },
    });
    expect(parseRedisUrl('redis://:secret@[::1]:1/')).toMatchObject({
      ...{ password: 'secret', node: { host: '::1', port: 1 }, db: 0 },
    });
  });

  it('names nodes of a cluster', () => {
    expect(parseRedisUrl('rediss-cluster://:pw@a:1,b,[fe80::1]:3')).toEqual({
      ...{ kind: 'cluster', tls: true, password: 'pw' },
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 6379 },
        { host: 'fe80::1', port: 3 },
      ],
    });
  });

  it('names sentinels and the master they watch', () => {
    expect(parseRedisUrl('redis-sentinel://u:p@a:1,b/main?db=3&sentinelPassword=s')).toEqual({
      ...{ kind: 'sentinel', tls: false, username: 'u', password: 'p', master: 'main', db: 3 },
      sentinelPassword: 's',
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 26379 },
      ],
    });
  });

  it.each([
    ['http://r', 'expected redis://'],
    ['redis:/r', 'expected redis://'],
    ['redis-cluster://', 'is no host:port'],
    ['redis-cluster://a:1,,b:2', 'is no host:port'],
    ['redis-cluster://a:1,b:x', 'host 2 is no host:port'],
    ['redis-cluster://a:99999', 'host 1 is no host:port'],
    ['redis-cluster://a:1/2', 'no databases'],
    ['redis-sentinel://a:1', 'by its name'],
    ['redis://a:1,b:2', 'names one host'],
    ['redis://a/two', 'is a number'],
    ['redis://a%:b%@r', 'encodes nothing'],
  ])('%s is refused with what is wrong with it', (url, reason) => {
    expect(() => parseRedisUrl(url)).toThrow(reason);
  });

  it.each(['redis-cluster://me:hunter2@a:x', 'redis://me:hunt/er2@a:1', 'redis://me:p@hunter2@a:1'])(
    'is never repeated with its password, even where that spoils the URL: %s',
    (url) => {
      const problem = (): unknown => parseRedisUrl(url);
      expect(problem).toThrow('percent-encoded');
      expect(problem).not.toThrow(/hunt|er2/);
    },
  );
});
