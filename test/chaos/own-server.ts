import { dirname } from 'node:path';

/** A PostgreSQL that is not the service's own: the product's embedded one, owned by this process. */
export interface OwnServer {
  readonly url: string;
  stop(): Promise<void>;
}

interface EmbeddedModule {
  readonly EmbeddedPostgres: {
    start(options: {
      dataDir: string;
      name: string;
      tell: (message: string) => void;
      binaries: string | undefined;
    }): Promise<OwnServer>;
  };
}

/** From the build, as the service itself is. */
const EMBEDDED = '../../dist/database/embedded-postgres.js';

/** `TEST_POSTGRES_BIN`: of another version. */
export async function openServer(dataDir: string): Promise<OwnServer> {
  const { EmbeddedPostgres } = (await import(EMBEDDED)) as EmbeddedModule;
  const bin = process.env['TEST_POSTGRES_BIN'];
  const binaries = bin ? dirname(bin) : undefined;
  return EmbeddedPostgres.start({ dataDir, name: 'chaos', tell: () => undefined, binaries });
}
