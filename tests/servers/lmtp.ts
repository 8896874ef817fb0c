import { connect } from 'node:net';

/** Delivers one message by LMTP (RFC 2033). Resolves when the server took it, throws its answer otherwise. */
export async function lmtpDeliver(
  port: number,
  recipient: string,
  message: Uint8Array,
  sender = 'sender@example.test',
): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const replies = lines(socket);
  const expect = async (code: string): Promise<void> => {
    for (;;) {
      const { value, done } = await replies.next();
      if (done === true) throw new Error('LMTP: connection closed');
      if (!value.startsWith(code)) throw new Error(`LMTP: ${value}`);
      if (value[3] !== '-') return;
    }
  };
  try {
    await expect('220');
    for (const command of ['LHLO tests', `MAIL FROM:<${sender}>`, `RCPT TO:<${recipient}>`]) {
      socket.write(`${command}\r\n`);
      await expect('250');
    }
    socket.write('DATA\r\n');
    await expect('354');
    const text = Buffer.from(message).toString('latin1').replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..');
    socket.write(Buffer.from(`${text}${text.endsWith('\r\n') ? '' : '\r\n'}.\r\n`, 'latin1'));
    await expect('250');
    socket.write('QUIT\r\n');
  } finally {
    socket.destroy();
  }
}

async function* lines(socket: AsyncIterable<Buffer>): AsyncGenerator<string, void> {
  let rest = '';
  for await (const chunk of socket) {
    const parts = (rest + chunk.toString('latin1')).split('\r\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}
