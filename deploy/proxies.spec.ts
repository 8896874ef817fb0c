/** What is shipped for proxies waits longer than phones do, and retries nothing. nginx and Caddy are tried in tests/deploy.spec.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { loadConfiguration } from '#ops';

const read = (path: string): string => readFileSync(join(__dirname, 'proxies', path), 'utf8');
/** Without comments: they speak of what must not be done. */
const settingsOf = (path: string): string => read(path).replace(/^\s*#.*$/gm, '');
const { heartbeat, limits } = loadConfiguration({ env: {} }).configuration;

it('nginx waits long enough, takes enough, and sends no POST again', () => {
  const nginx = settingsOf('nginx/godwit-locations.conf');
  for (const timeout of ['proxy_read_timeout', 'proxy_send_timeout'])
    expect(Number(new RegExp(`${timeout} (\\d+)s;`).exec(nginx)?.[1])).toBeGreaterThan(heartbeat.maxSeconds);
  expect(Number(/client_max_body_size (\d+)m;/.exec(nginx)?.[1]) * 1024 ** 2).toBeGreaterThan(
    limits.requestBytes,
  );
  expect(nginx).not.toContain('non_idempotent');
  for (const off of ['proxy_buffering', 'proxy_request_buffering', 'gzip'])
    expect(nginx).toContain(`${off} off;`);
});

it('Caddy takes enough, and is told of no retries, timeouts or compression', () => {
  const caddy = settingsOf('Caddyfile');
  expect(Number(/max_size (\d+)MB/.exec(caddy)?.[1]) * 1000 ** 2).toBeGreaterThan(limits.requestBytes);
  expect(caddy).not.toMatch(
    /lb_try|lb_retr|response_header_timeout|read_timeout|write_timeout|encode|flush_interval/,
  );
});

it('Traefik waits long enough, and is given nothing that buffers, compresses or retries', () => {
  const documents = parseAllDocuments(read('traefik.yaml'));
  expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  const [fixed, dynamic] = documents.map((document) => document.toJS() as unknown);
  expect(fixed).toMatchObject({
    entryPoints: {
      websecure: { transport: { respondingTimeouts: { readTimeout: '3660s', writeTimeout: '0s' } } },
    },
  });
  expect(3660).toBeGreaterThan(heartbeat.maxSeconds);
  const { http } = dynamic as {
    http: { middlewares: Record<string, object>; routers: { godwit: { rule: string } } };
  };
  expect(Object.values(http.middlewares).flatMap((middleware) => Object.keys(middleware))).toEqual([
    'headers',
  ]);
  expect(http.routers.godwit.rule).toContain('(Microsoft-Server-ActiveSync|autodiscover)');
});
