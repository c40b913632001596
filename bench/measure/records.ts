import { readFile, writeFile } from 'node:fs/promises';

/** One event that was accepted. Times: see clock.ts. */
export interface Sent {
  readonly eventId: string;
  /** Which of the tokens it was sent with. */
  readonly account: number;
  /** When it was due to be sent (open loop) or was sent (closed loop). */
  readonly sentUs: number;
  readonly acceptedUs: number;
}

/** One event at one destination. */
export interface Arrived {
  readonly eventId: string;
  readonly destination: number;
  /** Requests seen, and answered with 2xx. */
  readonly seen: number;
  readonly ok: number;
  readonly firstOkUs: number;
}

const ID_BYTES = 16;
const RECORD_BYTES = 48;
const CHUNK_RECORDS = 8192;

/**
 * Records of a fixed size in growing memory: a million of them are 48 MB and one file, where JSON over a pipe would
 * disturb what is measured.
 */
class RecordBuffer {
  private readonly chunks: Buffer[] = [];
  private count = 0;

  next(): { chunk: Buffer; at: number } {
    const inChunk = this.count % CHUNK_RECORDS;
    if (inChunk === 0) this.chunks.push(Buffer.alloc(CHUNK_RECORDS * RECORD_BYTES));
    this.count++;
    const chunk = this.chunks.at(-1);
    if (!chunk) throw new Error('unreachable');
    return { chunk, at: inChunk * RECORD_BYTES };
  }

  async save(file: string): Promise<void> {
    await writeFile(file, Buffer.concat(this.chunks).subarray(0, this.count * RECORD_BYTES));
  }
}

export class SentRecords {
  private readonly buffer = new RecordBuffer();

  add({ eventId, account, sentUs, acceptedUs }: Sent): void {
    const { chunk, at } = this.buffer.next();
    chunk.write(eventId.replaceAll('-', ''), at, 'hex');
    chunk.writeUInt32LE(account, at + ID_BYTES);
    chunk.writeDoubleLE(sentUs, at + 32);
    chunk.writeDoubleLE(acceptedUs, at + 40);
  }

  save(file: string): Promise<void> {
    return this.buffer.save(file);
  }
}

export class ArrivedRecords {
  private readonly buffer = new RecordBuffer();

  add({ eventId, destination, seen, ok, firstOkUs }: Arrived): void {
    const { chunk, at } = this.buffer.next();
    chunk.write(eventId.replaceAll('-', ''), at, 'hex');
    chunk.writeUInt32LE(destination, at + ID_BYTES);
    chunk.writeUInt32LE(seen, at + 20);
    chunk.writeUInt32LE(ok, at + 24);
    chunk.writeDoubleLE(firstOkUs, at + 32);
  }

  save(file: string): Promise<void> {
    return this.buffer.save(file);
  }
}

async function* records(file: string): AsyncGenerator<{ eventId: string; record: Buffer }> {
  const bytes = await readFile(file);
  for (let at = 0; at < bytes.length; at += RECORD_BYTES) {
    const record = bytes.subarray(at, at + RECORD_BYTES);
    yield { eventId: record.toString('hex', 0, ID_BYTES), record };
  }
}

/** Ids come back as 32 hexadecimal digits. */
export async function readSent(file: string): Promise<Sent[]> {
  const sent: Sent[] = [];
  for await (const { eventId, record } of records(file)) {
    sent.push({
      eventId,
      account: record.readUInt32LE(ID_BYTES),
      sentUs: record.readDoubleLE(32),
      acceptedUs: record.readDoubleLE(40),
    });
  }
  return sent;
}

export async function readArrived(file: string): Promise<Arrived[]> {
  const arrived: Arrived[] = [];
  for await (const { eventId, record } of records(file)) {
    arrived.push({
      eventId,
      destination: record.readUInt32LE(ID_BYTES),
      seen: record.readUInt32LE(20),
      ok: record.readUInt32LE(24),
      firstOkUs: record.readDoubleLE(32),
    });
  }
  return arrived;
}
