import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Issued {
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority of a test's own, all in PEM. */
export interface Authority {
  readonly cert: string;
  /** A certificate for a host (`DNS:db.example.com,IP:127.0.0.1`) or, by its common name, for a user. */
  issue(commonName: string, names?: string): Issued;
}

export function makeAuthority(name: string): Authority {
  const root = inFolder((openssl, read) => {
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key', '-out', 'cert', '-days', '2', '-subj', `/CN=${name}`); // prettier-ignore
    return { key: read('key'), cert: read('cert') };
  });
  return {
    cert: root.cert,
    issue: (commonName, names = `DNS:${commonName}`) =>
      inFolder((openssl, read, write) => {
        write('ca-key', root.key);
        write('ca', root.cert);
        write('extensions', `subjectAltName=${names}\n`);
        openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key', '-out', 'request', '-subj', `/CN=${commonName}`); // prettier-ignore
        openssl('x509', '-req', '-in', 'request', '-CA', 'ca', '-CAkey', 'ca-key', '-set_serial', '1', '-days', '2', '-extfile', 'extensions', '-out', 'cert'); // prettier-ignore
        return { key: read('key'), cert: read('cert') };
      }),
  };
}

function inFolder<T>(
  work: (
    openssl: (...args: string[]) => void,
    read: (name: string) => string,
    write: (name: string, text: string) => void,
  ) => T,
): T {
  const cwd = mkdtempSync(join(tmpdir(), 'authority-'));
  try {
    return work(
      (...args) => void execFileSync('openssl', args, { cwd, stdio: 'ignore' }),
      (name) => readFileSync(join(cwd, name), 'utf8'),
      (name, text) => writeFileSync(join(cwd, name), text),
    );
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
