import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Issued {
  /** The file's name without its ending. */
  readonly name: string;
  readonly pem: string;
  /** As phones send it. */
  readonly base64: string;
}

interface IssueOptions {
  /** Absent: it signs itself. */
  readonly by?: Issued;
  /** Lines of an openssl.cnf section. */
  readonly extensions?: readonly string[];
  /** `YYYYMMDDHHMMSSZ`. */
  readonly from?: string;
  readonly to?: string;
  readonly subject?: string;
  /** Has the key of this one. */
  readonly key?: Issued;
}

export const AUTHORITY = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
export const PERSON = ['basicConstraints=CA:FALSE', 'extendedKeyUsage=emailProtection'];

/** Makes certificates and revocation lists with openssl, in a folder of its own. */
export class CertificateAuthority {
  readonly #folder = mkdtempSync(join(tmpdir(), 'godwit-ca-'));
  #serial = 0x1000;

  issue(name: string, options: IssueOptions = {}): Issued {
    const { by, extensions = PERSON, from = '20200101000000Z', to = '20991231000000Z' } = options;
    const self = join(this.#folder, name);
    if (options.key) copyFileSync(`${join(this.#folder, options.key.name)}.key`, `${self}.key`);
    else
      this.#openssl(
        'genpkey',
        '-algorithm',
        'EC',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-out',
        `${self}.key`,
      );
    const subject = `/CN=${options.subject ?? name}`;
    this.#openssl('req', '-new', '-key', `${self}.key`, '-subj', subject, '-out', `${self}.csr`);
    const configuration = this.#configure(by?.name ?? name, extensions);
    const signer = by ? ['-cert', `${join(this.#folder, by.name)}.pem`] : ['-selfsign'];
    const keyFile = ['-keyfile', `${join(this.#folder, by?.name ?? name)}.key`];
    const times = ['-startdate', from, '-enddate', to];
    const rest = ['-batch', '-notext', '-in', `${self}.csr`, '-out', `${self}.pem`];
    this.#openssl(
      'ca',
      '-config',
      configuration,
      '-extensions',
      'ext',
      ...signer,
      ...keyFile,
      ...times,
      ...rest,
    );
    const pem = readFileSync(`${self}.pem`, 'utf8');
    return { name, pem, base64: pem.replace(/-----[^-]+-----|\s/g, '') };
  }

  /** The list of what `by` has revoked, in DER. `revoked` is revoked before. */
  revocationList(by: Issued, revoked?: Issued): Buffer {
    const self = join(this.#folder, by.name);
    const common = [
      '-config',
      this.#configure(by.name, []),
      '-cert',
      `${self}.pem`,
      '-keyfile',
      `${self}.key`,
    ];
    if (revoked) this.#openssl('ca', ...common, '-revoke', `${join(this.#folder, revoked.name)}.pem`);
    this.#openssl('ca', ...common, '-gencrl', '-crldays', '30', '-out', `${self}.crl`);
    this.#openssl('crl', '-in', `${self}.crl`, '-outform', 'DER', '-out', `${self}.crl.der`);
    return readFileSync(`${self}.crl.der`);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #configure(authority: string, extensions: readonly string[]): string {
    const base = join(this.#folder, authority);
    const file = `${base}.cnf`;
    try {
      readFileSync(`${base}.index`);
    } catch {
      writeFileSync(`${base}.index`, '');
      writeFileSync(`${base}.index.attr`, 'unique_subject = no\n');
    }
    writeFileSync(`${base}.serial`, `${(this.#serial++).toString(16)}\n`);
    const lines = [
      ...['[ca]', 'default_ca=me', '[me]', `database=${base}.index`, `serial=${base}.serial`],
      ...[`new_certs_dir=${this.#folder}`, 'default_md=sha256', 'policy=any', 'unique_subject=no'],
      ...['[any]', 'commonName=supplied', '[ext]', 'subjectKeyIdentifier=hash', ...extensions],
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  }

  #openssl(...parameters: string[]): void {
    execFileSync('openssl', parameters, { stdio: 'pipe' });
  }
}
