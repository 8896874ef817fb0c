import { setTimeout as pause } from 'node:timers/promises';
import { ApiRefusal } from '#admin-api';
import { explained, runApi, type Api, type ApiOptions } from '../api/run.js';
import { exitCodes } from '../exit-codes.js';
import { press } from './keys.js';
import { LiveRequests, type LiveRequest, type NodeState } from './live-requests.js';
import { screenLines, snapshotLines, type View } from './render-top.js';
import { Screen } from './screen.js';
import { eventsOf } from './server-sent-events.js';

export interface TopOptions extends ApiOptions {
  readonly tenant?: string;
  readonly user?: string;
  readonly device?: string;
  readonly command?: string;
  readonly once?: boolean;
}

const DRAW_MS = 500;
const NODES_MS = 3000;
const AGAIN_MS = 2000;

const queryOf = ({ tenant, user, device, command }: TopOptions) => ({
  tenant,
  user,
  deviceId: device,
  command,
});

/** `godwit top`: returns the exit code. */
export function runTop(options: TopOptions): Promise<number> {
  return runApi(options, async (api) => {
    const { stdin, stdout } = process;
    if (options.once || options.json || !stdout.isTTY || !stdin.isTTY) return printOnce(api, options);
    // What is wrong with the token or the address is told before the terminal is taken.
    await nodesOf(api, options);
    return new Top(api, options, new Screen(stdin, stdout)).run();
  });
}

const nodesOf = async (api: Api, { tenant }: TopOptions): Promise<NodeState[]> =>
  (await api.client.call('GET /overview', { query: { tenant } })).nodes;

async function printOnce(api: Api, options: TopOptions): Promise<number> {
  const [nodes, live] = await Promise.all([
    nodesOf(api, options),
    api.client.call('GET /live/now', { query: queryOf(options) }),
  ]);
  const picture = { nodes, requests: live.items, now: Date.now(), trouble: '' };
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
  api.answer({ nodes, items: live.items }, () => snapshotLines(picture, api.paint, columns));
  return exitCodes.ok;
}

/** The live view: a stream that fills, a clock that draws, keys that change what is looked at. */
class Top {
  private readonly live = new LiveRequests();
  private readonly ending = new AbortController();
  private nodes: readonly NodeState[] = [];
  private trouble = 'connecting';
  private view: View = { sort: 'age', show: 'all', filter: '', isTyping: false, offset: 0 };

  constructor(
    private readonly api: Api,
    private readonly options: TopOptions,
    private readonly screen: Screen,
  ) {}

  async run(): Promise<number> {
    const end = (): void => this.ending.abort();
    process.once('SIGTERM', end);
    process.once('SIGHUP', end);
    const clock = setInterval(() => this.draw(), DRAW_MS);
    this.screen.take(
      (key) => this.press(key),
      () => this.draw(),
    );
    try {
      await Promise.all([this.follow(), this.watchNodes()]);
    } finally {
      clearInterval(clock);
      this.screen.release();
      process.off('SIGTERM', end);
      process.off('SIGHUP', end);
    }
    return exitCodes.ok;
  }

  private press(key: string): void {
    const pressed = press(key, this.view);
    if (pressed === 'quit') return this.ending.abort();
    this.view = pressed;
    this.draw();
  }

  private draw(): void {
    const picture = { requests: this.live.list(), nodes: this.nodes, now: Date.now(), trouble: this.trouble };
    this.screen.draw(screenLines(picture, this.view, this.screen.size, this.api.paint));
  }

  /** Reads the stream; begins anew when it breaks, until it is told to end or is refused. */
  private async follow(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      try {
        const answer = await this.api.client.open('GET /live', { query: queryOf(this.options) }, signal);
        this.trouble = '';
        for await (const { event, data } of eventsOf(answer)) this.take(event, data);
        this.trouble = 'the server ended the stream; trying again';
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ApiRefusal && error.status < 500) throw error;
        this.trouble = `${explained(error, this.api.origin).text} Trying again.`;
      }
      await pause(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private take(event: string, data: string): void {
    if (event !== 'whole' && event !== 'change') return;
    const requests = JSON.parse(data) as LiveRequest[];
    if (event === 'whole') this.live.replace(requests, Date.now());
    else this.live.change(requests, Date.now());
  }

  /** Nodes are in no stream; what goes wrong here the stream tells too. */
  private async watchNodes(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      this.nodes = await nodesOf(this.api, this.options).catch(() => this.nodes);
      await pause(NODES_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
