import type { Client, QueryResultRow } from 'pg';

const OLDEST_MAJOR = 15;
const ENCODING = 'UTF8';
/** Each round shows a pooler that serves two clients by one connection, unless others use it just then. */
const ROUNDS = 5;

/** What a server tells of itself. */
export interface ServerFacts {
  /** `server_version_num`: 150018 is 15.18. */
  readonly version: number;
  readonly encoding: string;
  readonly database: string;
  readonly role: string;
  /** Where tables are made: the first schema of `search_path` that there is and that the role may use. */
  readonly schema: string | null;
  readonly mayCreate: boolean;
}

/** A connection, as far as it is needed here. */
type Session = Pick<Client, 'query' | 'end'>;

/** The server can be reached but not used, which takes a person to change. */
export class UnfitServer extends Error {
  constructor(reason: string) {
    super(`DATABASE_URL: ${reason}`);
    this.name = 'UnfitServer';
  }
}

const FACTS = `
SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
       current_database()::text AS database, current_user::text AS role, current_schema()::text AS schema,
       coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS "mayCreate"`;

/** Throws {@link UnfitServer} where we can't work, before anything was changed. `open` makes a new connection. */
export async function checkServer(open: () => Promise<Session>): Promise<void> {
  const first = await open();
  try {
    const { rows } = await first.query<ServerFacts & QueryResultRow>(FACTS);
    const reason = rows[0] ? whyUnfit(rows[0]) : 'the server does not tell what it is';
    if (reason !== null) throw new UnfitServer(reason);
    const second = await open();
    try {
      if (await shareOneBackend(first, second)) throw new UnfitServer(POOLED_BY_TRANSACTION);
    } finally {
      await second.end();
    }
  } finally {
    await first.end();
  }
}

/** Why a server can't be used, null when it can. */
export function whyUnfit({ version, encoding, database, role, schema, mayCreate }: ServerFacts): string | null {
  const major = Math.floor(version / 10_000);
  if (major < OLDEST_MAJOR) return `PostgreSQL ${major} is too old, ${OLDEST_MAJOR} or later is needed`;
  if (encoding !== ENCODING)
    return (
      `the database "${database}" has the encoding ${encoding}, which can't hold all that is received: ` +
      `make one with CREATE DATABASE … ENCODING '${ENCODING}' TEMPLATE template0`
    );
  if (schema === null)
    return (
      `the search_path of the role "${role}" names no schema that it may use: make one with ` +
      `CREATE SCHEMA … AUTHORIZATION, and name it with ALTER ROLE … SET search_path`
    );
  if (!mayCreate)
    return (
      `the role "${role}" may not make tables in the schema "${schema}": GRANT CREATE, USAGE ON SCHEMA "${schema}" TO ` +
      `"${role}", or give it a schema of its own and name that with ALTER ROLE … SET search_path`
    );
  return null;
}

const POOLED_BY_TRANSACTION =
  'a pooler gives every transaction or statement another connection, through which neither LISTEN nor prepared ' +
  "statements nor a connection's settings work: set pool_mode = session (PgBouncer), or name the server itself";

/**
 * Whether a pooler stands between that serves a client by any connection that is free: one backend serves both clients
 * although both are connected, or one client meets several.
 */
async function shareOneBackend(first: Session, second: Session): Promise<boolean> {
  const [ofFirst, ofSecond] = [new Set<number>(), new Set<number>()];
  for (let round = 0; round < ROUNDS; round++) {
    ofFirst.add(await backendOf(first));
    ofSecond.add(await backendOf(second));
  }
  const shared = ofFirst.size > 1 || ofSecond.size > 1 || [...ofFirst].some((pid) => ofSecond.has(pid));
  // What our set-up left behind there is not to be met by whoever is served next.
  if (shared) for (const session of [first, second]) await session.query('RESET ALL').catch(() => undefined);
  return shared;
}

async function backendOf(session: Session): Promise<number> {
  const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}
