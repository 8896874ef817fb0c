import { BackendError } from '#backend';

/**
 * The folder of a collection, wherever it is by now. The device knows where it was when somebody last looked; another
 * client may have renamed it since, and a phone that is told that its mail is not there (Status 8) deletes it. So before
 * that is believed, the folder is looked for once a request.
 */
export class MovingFolder {
  private hasLooked = false;

  constructor(
    private path: string,
    /** Asks the sources where the folder is; null if it is gone. */
    private readonly look: () => Promise<string | null>,
  ) {}

  /** Where it is, as far as that is known. */
  get current(): string {
    return this.path;
  }

  /** Does something in the folder, and once more if it was elsewhere. `missed`: not all that it was for was found. */
  async at<T>(work: (path: string) => Promise<T>, missed: (result: T) => boolean = () => false): Promise<T> {
    try {
      const result = await work(this.path);
      return missed(result) && (await this.wasElsewhere()) ? await work(this.path) : result;
    } catch (error) {
      const isGone = error instanceof BackendError && error.kind === 'gone';
      if (!isGone || !(await this.wasElsewhere())) throw error;
      return work(this.path);
    }
  }

  private async wasElsewhere(): Promise<boolean> {
    if (this.hasLooked) return false;
    this.hasLooked = true;
    const path = await this.look();
    if (path === null || path === this.path) return false;
    this.path = path;
    return true;
  }
}
