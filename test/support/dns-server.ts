import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import ipaddr from 'ipaddr.js';

/** The addresses to answer with; `silence`: the question is dropped. */
export type DnsAnswer = readonly string[] | 'silence';

export interface DnsServer {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** Names in the order in which they were asked for, each once for A and once for AAAA. */
  readonly asked: string[];
  close(): Promise<void>;
}

const A = 1;
const AAAA = 28;
const NXDOMAIN = 3;

/**
 * A name server over UDP whose answers may change from one question to the next. `answer` is asked for each pair of
 * questions (`A` and `AAAA` of a name); null: there is no such name.
 */
export async function startDnsServer(
  answer: (name: string, time: number, type: number) => DnsAnswer | null,
): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  const times = new Map<string, number>();
  socket.on('message', (query, { port, address }) => {
    const { name, type, end } = readQuestion(query);
    asked.push(name);
    const key = `${type} ${name}`;
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    const found = answer(name, time, type);
    if (found !== 'silence') socket.send(reply(query.subarray(0, end), found, type), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  while (query[at]) {
    const length = query[at] ?? 0;
    labels.push(query.subarray(at + 1, at + 1 + length).toString('latin1'));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** RFC 1035: the question comes back with its answers, each naming it by a pointer, valid for no time at all. */
function reply(question: Buffer, found: readonly string[] | null, type: number): Buffer {
  const records = (found ?? [])
    .map((text) => Buffer.from(ipaddr.parse(text).toByteArray()))
    .filter(({ length }) => length === (type === A ? 4 : type === AAAA ? 16 : -1))
    .map((bytes) => Buffer.concat([Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, bytes.length]), bytes]));
  const head = Buffer.from(question);
  head[2] = 0x81;
  head[3] = 0x80 | (found === null ? NXDOMAIN : 0);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...records]);
}
