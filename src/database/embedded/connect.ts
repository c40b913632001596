import { Client } from 'pg';
import { SUPERUSER } from './create-cluster.js';

export interface ServerAddress {
  readonly port: number;
  readonly password: string;
}

const ROLE = 'data_pusher';
const DATABASE = 'data_pusher';

/** Under which the service works: may make databases (the tests do), nothing more. */
export function serviceUrl({ port, password }: ServerAddress): string {
  return `postgresql://${ROLE}:${password}@127.0.0.1:${port}/${DATABASE}`;
}

/** A connection of the server's superuser; `name` shows to others who holds the server. */
export async function connectAsSuperuser({ port, password }: ServerAddress, name: string): Promise<Client> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    password,
    user: SUPERUSER,
    database: 'postgres',
    application_name: name,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  // Lost when the server ends, which is noticed by its process; without a listener it would end ours.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Makes the service's role and database where a first start has not (or not wholly) done so. */
export async function ensureDatabase(superuser: Client, password: string): Promise<void> {
  const role = await superuser.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [ROLE]);
  if (role.rowCount === 0) {
    await superuser.query(`CREATE ROLE ${ROLE} LOGIN CREATEDB PASSWORD ${superuser.escapeLiteral(password)}`);
  }
  const database = await superuser.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
  if (database.rowCount === 0) await superuser.query(`CREATE DATABASE ${DATABASE} OWNER ${ROLE}`);
}
