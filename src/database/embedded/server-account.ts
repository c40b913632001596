import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

/** Whom the database server runs as: null for ourselves, else what a root process changes to. */
export type ServerAccount = { readonly name: string; readonly uid: number; readonly gid: number } | null;

/**
 * PostgreSQL refuses to run as root. A root process runs it as the owner of the data if there is any, so that data
 * made by an ordinary user stays that user's; else as `postgres`, else as `nobody`.
 */
export function chooseServerAccount(databaseDir: string): ServerAccount {
  if (process.getuid?.() !== 0) return null;
  const stats = statSync(databaseDir, { throwIfNoEntry: false });
  if (stats && stats.uid !== 0) return { name: `user ${stats.uid}`, uid: stats.uid, gid: stats.gid };
  const users = readFileSync('/etc/passwd', 'utf8');
  const account = findAccount(users, 'postgres') ?? findAccount(users, 'nobody');
  if (!account) {
    throw new Error(
      'PostgreSQL can not run as root and there is no user "postgres" or "nobody" to run it as: ' +
        'start as an ordinary user, or set DATABASE_URL',
    );
  }
  return account;
}

/** The account called `name` in the text of an /etc/passwd. */
export function findAccount(passwd: string, name: string): ServerAccount {
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find((entry) => entry[0] === name);
  if (!fields) return null;
  const [uid, gid] = [Number(fields[2]), Number(fields[3])];
  return uid > 0 && Number.isInteger(gid) ? { name, uid, gid } : null;
}

/** Whether the account may pass through a folder to what lies below. */
export function canPass(account: ServerAccount, folder: string): boolean {
  return mayDo(account, 'cd -- "$1"', folder);
}

/** Whether the account may list a folder and use what lies in it. */
export function canRead(account: ServerAccount, folder: string): boolean {
  return mayDo(account, 'cd -- "$1" && test -r .', folder);
}

/** Tried rather than computed: modes, ACLs and mounts all have their say. */
function mayDo(account: ServerAccount, script: string, folder: string): boolean {
  if (!account) return true;
  const { uid, gid } = account;
  const test = spawnSync('/bin/sh', ['-c', script, 'sh', folder], { uid, gid, cwd: '/', env: {}, stdio: 'ignore' });
  return test.status === 0;
}
