import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SieveClient } from './client.js';

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A server that has these mechanisms; what it was told is in `lines`. */
async function start(sasl: string, isGood = true) {
  const lines: string[] = [];
  const server = createServer((socket) => {
    const capabilities = `"SASL" "${sasl}"\r\n"SIEVE" "vacation"\r\n"VERSION" "1.0"\r\nOK\r\n`;
    sockets.push(socket);
    socket.write(capabilities);
    socket.on('error', () => undefined);
    socket.on('data', (piece: Buffer) => {
      for (const line of piece.toString().split('\r\n').filter(Boolean)) {
        lines.push(line);
        if (/^AUTHENTICATE/.test(line)) socket.write(isGood ? 'OK\r\n' : '"e30="\r\n');
        else if (/^CAPABILITY/.test(line)) socket.write(capabilities);
        else socket.write('NO "refused"\r\n');
      }
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const open = () =>
    SieveClient.open({ host: '127.0.0.1', port, tls: 'none' }, { user: 'ada', accessToken: 'abc' });
  return { lines, port, open };
}

const decoded = (line = '') =>
  Buffer.from(/ "([A-Za-z0-9+/=]{8,})"$/.exec(line)?.[1] ?? '', 'base64').toString();

describe('a token at a ManageSieve server', () => {
  it('is shown by the mechanism the server has', async () => {
    const standard = await start('PLAIN OAUTHBEARER');
    await standard.open();
    expect(standard.lines[0]).toMatch(/^AUTHENTICATE "OAUTHBEARER"/);
    expect(decoded(standard.lines[0])).toBe(
      `n,a=ada,\u0001host=127.0.0.1\u0001port=${standard.port}\u0001auth=Bearer abc\u0001\u0001`,
    );
    const other = await start('XOAUTH2');
    await other.open();
    expect(decoded(other.lines[0])).toBe('user=ada\u0001auth=Bearer abc\u0001\u0001');
  });

  it('is not shown as a password where the server takes none', async () => {
    const { lines, open } = await start('PLAIN');
    await expect(open()).rejects.toMatchObject({ kind: 'unavailable' });
    expect(lines).toEqual([]);
  });

  it('that is refused ends as a refusal, not as a hang', async () => {
    const { open } = await start('OAUTHBEARER', false);
    await expect(open()).rejects.toMatchObject({ kind: 'auth' });
  });
});
