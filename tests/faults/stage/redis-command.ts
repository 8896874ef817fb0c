import { connect } from 'node:net';

/** Sends one command to a Redis on 127.0.0.1 and waits for its answer. Throws what Redis refuses it with. */
export function withRedis(port: number, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      const answer = data.toString();
      if (answer.startsWith('-')) reject(new Error(answer));
      else resolve();
    });
  });
}
