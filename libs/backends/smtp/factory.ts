import type { Credentials, Submitter } from '#backend';
import { Connections, type Gate } from '#connections';
import type { SmtpConfig } from './config.js';
import { SmtpSubmitter } from './submitter.js';

/** Makes submitters for one SMTP server. */
export class SmtpFactory {
  readonly kind = 'smtp';
  readonly #config: SmtpConfig;
  readonly #gate: Gate;
  readonly #submitters = new Set<SmtpSubmitter>();

  /** `connections`: those of the process, whose limits hold here, too. */
  constructor(config: SmtpConfig, connections = new Connections()) {
    this.#config = config;
    this.#gate = connections.to(config);
  }

  /** Costs nothing until something is submitted. */
  submitterFor(credentials: Credentials): Submitter {
    const { auth = 'user' } = this.#config;
    const submitter = new SmtpSubmitter(
      this.#config,
      auth === 'none' ? null : auth === 'user' ? credentials : auth,
      { gate: this.#gate, account: credentials.user },
    );
    this.#submitters.add(submitter);
    return {
      kind: submitter.kind,
      submit: (envelope, message, size) => submitter.submit(envelope, message, size),
      close: async () => {
        this.#submitters.delete(submitter);
        await submitter.close();
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#submitters].map((submitter) => submitter.close()));
    this.#submitters.clear();
  }
}
