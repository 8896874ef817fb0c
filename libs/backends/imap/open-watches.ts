import type { Watch } from '#backend';

/** The watches that one user of a shared watcher has running: they end with it. */
export class OpenWatches {
  readonly #watches = new Set<Watch>();

  add(running: Watch): Watch {
    const watch: Watch = {
      close: async () => {
        this.#watches.delete(watch);
        await running.close();
      },
    };
    this.#watches.add(watch);
    return watch;
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#watches].map((watch) => watch.close()));
  }
}
