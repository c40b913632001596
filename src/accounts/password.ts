import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** OWASP's recommendation for scrypt: N = 2^17, r = 8, p = 1 takes 128 MiB and about 0.3 s a password. */
const LOG_N = 17;
const BLOCK_SIZE = 8;
const PARALLELISM = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Bounds on what a stored hash may ask for, so that a forged row can't take all memory. */
const MAX_LOG_N = 20;
const MAX_BLOCK_SIZE = 32;
const MAX_PARALLELISM = 16;

/** Each hash takes 128 MiB: more than two at once would let a burst of logins take the memory of everything else. */
const MAX_AT_ONCE = 2;

/** Hashes a password for storage, in PHC string form: `$scrypt$ln=17,r=8,p=1$salt$hash` (base64 without padding). */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const cost = { logN: LOG_N, r: BLOCK_SIZE, p: PARALLELISM };
  const hash = await derive(password, salt, HASH_BYTES, cost);
  return `$scrypt$ln=${cost.logN},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Whether `password` is the one behind `stored`; false, too, when `stored` is not a hash of ours. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const parsed = parseStored(stored);
  if (!parsed) return false;
  const hash = await derive(password, parsed.salt, parsed.hash.length, parsed.cost);
  return timingSafeEqual(hash, parsed.hash);
}

interface Cost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

interface StoredHash {
  readonly cost: Cost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const STORED = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,64})\$([A-Za-z0-9+/]{22,86})$/;

function parseStored(stored: string): StoredHash | null {
  const match = STORED.exec(stored);
  if (!match) return null;
  const [, logN, r, p, salt = '', hash = ''] = match;
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) };
  const sane =
    cost.logN >= 1 &&
    cost.logN <= MAX_LOG_N &&
    cost.r >= 1 &&
    cost.r <= MAX_BLOCK_SIZE &&
    cost.p >= 1 &&
    cost.p <= MAX_PARALLELISM;
  return sane ? { cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') } : null;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}

/** Normalised by NFKC, so that the same password typed on another keyboard gives the same bytes (NIST SP 800-63B). */
async function derive(password: string, salt: Buffer, length: number, cost: Cost): Promise<Buffer> {
  const N = 2 ** cost.logN;
  const options = { N, r: cost.r, p: cost.p, maxmem: 256 * N * cost.r };
  await takeTurn();
  try {
    return await scryptBytes(password.normalize('NFKC'), salt, length, options);
  } finally {
    passTurn();
  }
}

function scryptBytes(password: string, salt: Buffer, length: number, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

let running = 0;
const queue: (() => void)[] = [];

async function takeTurn(): Promise<void> {
  if (running < MAX_AT_ONCE) {
    running += 1;
    return;
  }
  await new Promise<void>((resolve) => {
    queue.push(resolve);
  });
}

/** Hands the turn to who waits longest; only when nobody does it becomes free. */
function passTurn(): void {
  const next = queue.shift();
  if (next) next();
  else running -= 1;
}
