import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { ConnectionOptions, SecureVersion } from 'node:tls';
import { errorCode } from '../../common/error-code.js';
import type { DatabaseHost, DatabaseTarget, TlsMode } from '../../config/database-url.js';

/**
 * The options of Node.js that do what `mode` means to libpq. Files are read for each connection, so that a renewed
 * certificate is used without a restart.
 */
export async function tlsOptions(
  target: DatabaseTarget,
  host: DatabaseHost,
  mode: TlsMode,
): Promise<ConnectionOptions> {
  const { tls } = target;
  const file = (path: string | null, parameter: string) => (path === null ? undefined : readPem(path, parameter));
  const [ca, cert, key, crl] = await Promise.all([
    file(tls.rootCertificate === 'system' ? null : tls.rootCertificate, 'sslrootcert'),
    file(tls.certificate, 'sslcert'),
    file(tls.key, 'sslkey'),
    file(tls.revocationList, 'sslcrl'),
  ]);
  // With a CA at hand `require` verifies as `verify-ca` does: so does libpq.
  const verifies = mode === 'verify-full' || mode === 'verify-ca' || (mode === 'require' && ca !== undefined);
  return {
    host: host.name,
    ...(tls.sendServerName && isIP(host.name) === 0 && { servername: host.name }),
    // Without one of its own: the authorities that Node.js trusts.
    ...(ca && { ca }),
    cert,
    key,
    crl,
    passphrase: tls.keyPassword ?? undefined,
    rejectUnauthorized: verifies,
    ...(mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
    ...(tls.direct && { ALPNProtocols: ['postgresql'] }),
    ...(tls.minVersion !== null && { minVersion: tls.minVersion as SecureVersion }),
    ...(tls.maxVersion !== null && { maxVersion: tls.maxVersion as SecureVersion }),
  };
}

async function readPem(path: string, parameter: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new Error(`${parameter} can't be read from ${path} (${errorCode(error) ?? 'unknown reason'})`, {
      cause: error,
    });
  }
}

/** The codes of OpenSSL for a certificate that no known authority has signed. */
const NOT_TRUSTED = new Set([
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** What went wrong with the encryption, in words that say what to change. */
export function explainTlsError(error: unknown, host: DatabaseHost): Error {
  const code = errorCode(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code !== undefined && NOT_TRUSTED.has(code)) {
    return new Error(`its certificate is signed by no authority in sslrootcert (${message})`, { cause: error });
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = /cert's altnames: (.*)$/.exec(message)?.[1] ?? 'another name';
    return new Error(`its certificate is not for ${host.name} but for ${names}`, { cause: error });
  }
  return new Error(`TLS failed: ${message}`, { cause: error });
}
