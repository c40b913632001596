import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf } from '../support/data-dir.js';
import type { Disk } from './disk.js';
import type { Fault, FaultKind } from './plan.js';
import type { Service } from './service.js';

/** Long enough to look, short enough not to hold up the fault. */
const LOOK_WITHIN_MS = 1_000;
/** A table that a migration would change while the service runs. */
const CHANGED_TABLES = ['destinations', 'waiting_deliveries', 'events', 'finished_deliveries', 'attempts'];

type OfKind<K extends FaultKind> = Extract<Fault, { kind: K }>;
type Thrower<K extends FaultKind> = (service: Service, fault: OfKind<K>, disk: Disk) => Promise<void>;

/** Throws one fault and sees to it that what it ended runs again. */
export function throwFault(fault: Fault, service: Service, disk: Disk): Promise<void> {
  const thrower = THROWERS[fault.kind] as (service: Service, fault: Fault, disk: Disk) => Promise<void>;
  return thrower(service, fault, disk);
}

const THROWERS: { readonly [K in FaultKind]: Thrower<K> } = {
  'kill service': (service) => killService(service, ({ pid }) => kill(-pid, 'SIGKILL')),
  'kill supervisor': (service) => killService(service, ({ pid }) => kill(pid, 'SIGKILL')),
  'kill all': (service) =>
    killService(service, ({ pid, databasePid }) => {
      kill(-pid, 'SIGKILL');
      kill(databasePid, 'SIGKILL');
    }),
  'kill process': killProcess,
  'kill postgres': (service) => killNow(service.databasePid, 'SIGKILL'),
  'kill postgres backend': (service, { which }) =>
    killNow(pick(childrenOf(service.databasePid ?? 0), which), 'SIGKILL'),
  'stop postgres immediately': (service) => killNow(service.databasePid, 'SIGQUIT'),
  'restart postgres': (service) => killNow(service.databasePid, 'SIGINT'),
  'cut connections': cutConnections,
  'stop service': stopService,
  'freeze process': freeze,
  'lock table': lockTable,
  'fill disk': fillDisk,
  'set clock': setClock,
  'second version': runSecondVersion,
};

async function cutConnections(service: Service): Promise<void> {
  await service.sql(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE pid <> pg_backend_pid() AND usename = current_user`,
  );
}

async function setClock(service: Service, { offsetMs, forMs }: OfKind<'set clock'>): Promise<void> {
  service.clock.setOffset(offsetMs);
  await sleep(forMs);
  service.clock.setOffset(0);
}

async function killService(service: Service, end: (running: RunningService) => void): Promise<void> {
  const running = { pid: service.pid, databasePid: service.databasePid };
  await service.end(() => end(running));
  await service.launch();
}

interface RunningService {
  readonly pid: number;
  readonly databasePid: number | null;
}

async function killProcess(service: Service, { which }: OfKind<'kill process'>): Promise<void> {
  const pid = pick(service.workers(), which);
  // The only one there is: its end is the service's.
  if (pid === service.pid) return killService(service, () => kill(-pid, 'SIGKILL'));
  kill(pid, 'SIGKILL');
}

function killNow(pid: number | null, signal: NodeJS.Signals): Promise<void> {
  kill(pid, signal);
  return Promise.resolve();
}

async function stopService(service: Service): Promise<void> {
  const how = await service.stop();
  if (how !== 0) service.unasked.push(`a stop that was asked for ended with ${how}`);
  await service.launch();
}

async function freeze(service: Service, { which, forMs }: OfKind<'freeze process'>): Promise<void> {
  const pid = pick(service.workers(), which);
  kill(pid, 'SIGSTOP');
  await sleep(forMs);
  kill(pid, 'SIGCONT');
}

async function lockTable(service: Service, { table, forMs }: OfKind<'lock table'>): Promise<void> {
  const client = await service.connect();
  try {
    await client.query('BEGIN');
    await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    await sleep(forMs);
    await client.query('ROLLBACK');
  } finally {
    await client.end();
  }
}

async function fillDisk(_service: Service, { forMs }: OfKind<'fill disk'>, disk: Disk): Promise<void> {
  try {
    await disk.fill();
    await sleep(forMs);
  } finally {
    disk.free();
  }
}

let changes = 0;

async function runSecondVersion(service: Service, { forMs, killed }: OfKind<'second version'>): Promise<void> {
  const column = `of_the_second_version_${process.pid}_${++changes}`;
  // In one statement and so in one transaction, as a migration.
  await service.sql(
    CHANGED_TABLES.map((table) => `ALTER TABLE ${table} ADD COLUMN ${column} integer NOT NULL DEFAULT 0`).join(';'),
  );
  const second = await service.launchAnother({ PROCESSES: '1' });
  await sleep(forMs);
  if (killed) process.kill(-second.pid, 'SIGKILL');
  else second.kill('SIGTERM');
  const how = await second.ended;
  if (!killed && how !== 0) service.unasked.push(`the second version's stop ended with ${how}`);
}

/** Leases at this moment; null when PostgreSQL does not say so at once. */
export async function countInFlight(service: Service): Promise<number | null> {
  const counted = service.sql<{ n: number }>(
    'SELECT count(*)::int AS n FROM waiting_deliveries WHERE leased_by IS NOT NULL',
  );
  const rows = await Promise.race([counted.catch(() => []), sleep(LOOK_WITHIN_MS, [])]);
  return rows[0]?.n ?? null;
}

function pick(pids: readonly number[], which: number): number {
  return pids[which % Math.max(1, pids.length)] ?? 0;
}

/** Whoever has just ended by itself is none to be killed; 0 would be our own group. */
function kill(pid: number | null, signal: NodeJS.Signals): void {
  if (pid === null || pid === 0) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
