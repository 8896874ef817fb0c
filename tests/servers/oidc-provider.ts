import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildServer } from './child-server.js';
import { freePorts } from './ports.js';

export interface OidcServer {
  readonly issuer: string;
  stop(): Promise<void>;
}

/** An identity provider as a process of its own; client `godwit`, secret `a secret of the client`. */
export async function startOidcProvider(redirectUri: string): Promise<OidcServer> {
  const [port = 0] = await freePorts(1);
  const server = new ChildServer({
    name: 'the identity provider',
    command: process.execPath,
    args: [join(process.cwd(), 'tests', 'servers', 'oidc-provider.mjs'), String(port), redirectUri],
    port,
    directory: mkdtempSync(join(tmpdir(), 'godwit-oidc-')),
  });
  await server.start();
  return { issuer: `http://127.0.0.1:${port}`, stop: () => server.stop() };
}
