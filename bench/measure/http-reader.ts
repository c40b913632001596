/** One HTTP/1.1 message: its head as latin1 text and its body. */
export interface Message {
  readonly head: string;
  readonly body: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Cuts a stream into HTTP/1.1 messages with Content-Length, and nothing more: what measures must cost as little as it
 * can. A message that comes in one piece, which nearly all do, is not copied.
 */
export class HttpReader {
  private pieces: Buffer[] = [];
  private have = 0;
  private wanted = 0;

  constructor(private readonly onMessage: (message: Message) => void) {}

  read(chunk: Buffer): void {
    let data = chunk;
    if (this.have > 0) {
      // A large body comes in many pieces: they are joined once there is enough, not each time.
      this.pieces.push(chunk);
      this.have += chunk.length;
      if (this.have < this.wanted) return;
      data = Buffer.concat(this.pieces, this.have);
    }
    this.pieces = [];
    this.have = 0;
    while (data.length > 0) {
      const headEnd = data.indexOf(HEAD_END);
      if (headEnd < 0) return this.keep(data, 0);
      const head = data.toString('latin1', 0, headEnd);
      const end = headEnd + HEAD_END.length + contentLength(head);
      if (end > data.length) return this.keep(data, end);
      this.onMessage({ head, body: data.subarray(headEnd + HEAD_END.length, end) });
      data = data.subarray(end);
    }
  }

  private keep(data: Buffer, wanted: number): void {
    this.pieces = [data];
    this.have = data.length;
    this.wanted = wanted;
  }
}

function contentLength(head: string): number {
  const value = header(head, 'content-length') ?? header(head, 'Content-Length');
  if (value !== null) return Number(value);
  if (/\r\ntransfer-encoding:/i.test(head)) throw new Error('chunked messages are not read here');
  return 0;
}

/** A header's value, its name in exactly this case. */
export function header(head: string, name: string): string | null {
  const start = head.indexOf(`\r\n${name}:`);
  if (start < 0) return null;
  const valueStart = start + name.length + 3;
  const end = head.indexOf('\r\n', valueStart);
  return head.slice(valueStart, end < 0 ? head.length : end).trim();
}
