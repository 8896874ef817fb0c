import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { answers, waitUntil } from './ports.js';
import { endAtExit } from './processes.js';

export interface ChildServerOptions {
  /** As messages call it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** It is up when this port of 127.0.0.1 answers. */
  readonly port: number;
  /** Removed when the server is stopped for good. */
  readonly directory: string;
  /** Milliseconds until it must answer. */
  readonly patience?: number;
}

/** A server of one process in a temporary folder: frozen, killed and started again as tests need it. */
export class ChildServer {
  #server: ChildProcess | null = null;
  #forget: () => void = () => undefined;

  constructor(private readonly options: ChildServerOptions) {}

  get directory(): string {
    return this.options.directory;
  }

  get pid(): number {
    return this.#server?.pid ?? 0;
  }

  /** Starts it, or starts it again with what was stored. Resolves when it answers. */
  async start(): Promise<void> {
    const { name, command, args, port, directory, patience } = this.options;
    const server = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    server.stderr?.on('data', (data: Buffer) => (complaint = (complaint + data.toString()).slice(-4000)));
    this.#server = server;
    this.#forget = endAtExit(() => {
      server.kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    });
    await waitUntil(
      `${name} to answer`,
      () => {
        if (server.exitCode !== null) throw new Error(`${name} ended (${server.exitCode}): ${complaint}`);
        return answers(port);
      },
      patience,
    );
  }

  /** Freezes it: connections stay open, nothing answers. */
  pause(): void {
    this.#server?.kill('SIGSTOP');
  }

  resume(): void {
    this.#server?.kill('SIGCONT');
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.#forget();
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      server.once('exit', () => resolve());
      server.kill('SIGKILL');
    });
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
