/** What became of an answer: the status that was believed, or none. */
export type Verdict = number | 'refused';

export interface OddAnswer {
  readonly bytes: string;
  /** curl 7.88; `[exit code, status]` where it reads the status but calls the transfer failed. */
  readonly curl: Verdict | readonly [exitCode: number, status: number];
  readonly ours: Verdict;
  /** Why we deviate from curl; where both agree there is nothing to say. */
  readonly because?: string;
}

const OK = 'HTTP/1.1 200 OK\r\n';
const TWO = 'Content-Length: 2\r\n\r\nok';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const CHUNKS = '2\r\nok\r\n0\r\n\r\n';

const HEAD_COUNTS =
  'the head is whole and its status clear; sending the event again would be worse than a body half read';

/**
 * Answers as they are met in the field, each sent by a server that closes the connection after it. Where we refuse what
 * curl takes, a delivery would be made again although it arrived; there is one such line, and it says why.
 */
export const ODD_ANSWERS: Readonly<Record<string, OddAnswer>> = {
  'an ordinary answer': { bytes: OK + TWO, curl: 200, ours: 200 },
  // Line ends.
  'bare line feeds': { bytes: 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok', curl: 200, ours: 200 },
  'both line ends': { bytes: `${OK}A: 1\nContent-Length: 2\r\n\nok`, curl: 200, ours: 200 },
  'doubled carriage returns': { bytes: 'HTTP/1.1 200 OK\r\r\nContent-Length: 2\r\r\n\r\r\nok', curl: 200, ours: 200 },
  'carriage returns alone': { bytes: 'HTTP/1.1 200 OK\rContent-Length: 2\r\rok', curl: 'refused', ours: 'refused' },
  'a carriage return in a value': { bytes: `${OK}A: b\rc\r\n${TWO}`, curl: 200, ours: 200 },
  'an empty line before the status': {
    bytes: `\r\n${OK}${TWO}`,
    curl: 'refused',
    ours: 200,
    because: 'it is what is left of an answer before that was longer than it said',
  },
  // Status lines.
  'no reason': { bytes: `HTTP/1.1 200\r\n${TWO}`, curl: 200, ours: 200 },
  'a reason of one space': { bytes: `HTTP/1.1 200 \r\n${TWO}`, curl: 200, ours: 200 },
  'no space before the reason': { bytes: `HTTP/1.1 200OK\r\n${TWO}`, curl: 200, ours: 200 },
  'two spaces before the status': { bytes: `HTTP/1.1  200 OK\r\n${TWO}`, curl: 200, ours: 200 },
  'a tab before the status': { bytes: `HTTP/1.1\t200 OK\r\n${TWO}`, curl: 'refused', ours: 'refused' },
  'lower case': { bytes: `http/1.1 200 OK\r\n${TWO}`, curl: 200, ours: 200 },
  'HTTP/1.0': { bytes: `HTTP/1.0 200 OK\r\n${TWO}`, curl: 200, ours: 200 },
  'HTTP/2 said by mistake': { bytes: `HTTP/2 200 OK\r\n${TWO}`, curl: 200, ours: 200 },
  'HTTP/1': { bytes: `HTTP/1 200 OK\r\n${TWO}`, curl: 'refused', ours: 'refused' },
  'HTTP/1.2': { bytes: `HTTP/1.2 200 OK\r\n${TWO}`, curl: 'refused', ours: 'refused' },
  'HTTP/3': { bytes: `HTTP/3 200 OK\r\n${TWO}`, curl: 'refused', ours: 'refused' },
  ICY: { bytes: `ICY 200 OK\r\n${TWO}`, curl: 'refused', ours: 'refused' },
  'two digits': { bytes: `HTTP/1.1 20 OK\r\n${TWO}`, curl: 'refused', ours: 'refused' },
  'four digits': { bytes: `HTTP/1.1 2000 OK\r\n${TWO}`, curl: 'refused', ours: 'refused' },
  'a status below all': { bytes: `HTTP/1.1 099 X\r\n${TWO}`, curl: 'refused', ours: 'refused' },
  'a status above all': { bytes: `HTTP/1.1 999 X\r\n${TWO}`, curl: 999, ours: 999 },
  'a status line alone': {
    bytes: OK,
    curl: 200,
    ours: 'refused',
    because: 'the head has not come whole, so the server may have ended in the middle of its work',
  },
  'a head that is cut': { bytes: `${OK}Content-Length: 5\r\n`, curl: [18, 200], ours: 'refused' },
  // No HTTP.
  'a page without a head': { bytes: '<html>ok</html>', curl: 'refused', ours: 'refused' },
  'a byte order mark': { bytes: `\xef\xbb\xbf${OK}${TWO}`, curl: 'refused', ours: 'refused' },
  'a space before all': { bytes: ` ${OK}${TWO}`, curl: 'refused', ours: 'refused' },
  'a line before all': { bytes: `xx\r\n${OK}${TWO}`, curl: 'refused', ours: 'refused' },
  nothing: { bytes: '', curl: 'refused', ours: 'refused' },
  // Header lines.
  'a folded line': { bytes: `${OK}A: b\r\n c\r\n${TWO}`, curl: 200, ours: 200 },
  'a fold before all headers': { bytes: `${OK} A: b\r\n${TWO}`, curl: [43, 200], ours: 200, because: HEAD_COUNTS },
  'a folded length': {
    bytes: `${OK}Content-Length:\r\n 2\r\n\r\nok`,
    curl: [8, 200],
    ours: 200,
    because: 'RFC 9112 asks a client to read a space there',
  },
  'a space before the colon': { bytes: `${OK}A : c\r\n${TWO}`, curl: 200, ours: 200 },
  'a space before the colon of the length': { bytes: `${OK}Content-Length : 2\r\n\r\nok`, curl: 200, ours: 200 },
  'a space in a name': { bytes: `${OK}A b: c\r\n${TWO}`, curl: 200, ours: 200 },
  'no name': { bytes: `${OK}: b\r\n${TWO}`, curl: 200, ours: 200 },
  'no colon': { bytes: `${OK}A b\r\n${TWO}`, curl: [8, 200], ours: 200, because: HEAD_COUNTS },
  'a name beyond ASCII': { bytes: `${OK}\xc3\xa9: b\r\n${TWO}`, curl: 200, ours: 200 },
  'a control character': { bytes: `${OK}A: b\x01c\r\n${TWO}`, curl: 200, ours: 200 },
  'a NUL in a value': { bytes: `${OK}A: b\0c\r\n${TWO}`, curl: [8, 200], ours: 'refused' },
  'a NUL in the status line': { bytes: `HTTP/1.1 200 O\0K\r\n${TWO}`, curl: [8, 200], ours: 'refused' },
  'no headers': { bytes: `${OK}\r\nok`, curl: 200, ours: 200 },
  '17 KB of headers': { bytes: `${OK}Set-Cookie: x=${'y'.repeat(17_000)}\r\n${TWO}`, curl: 200, ours: 200 },
  '62 KB of headers': { bytes: OK + `X: ${'y'.repeat(1000)}\r\n`.repeat(62) + TWO, curl: 200, ours: 200 },
  '120 KB in one header': { bytes: `${OK}X: ${'y'.repeat(120_000)}\r\n${TWO}`, curl: 'refused', ours: 'refused' },
  // Lengths.
  'its length twice': { bytes: `${OK}Content-Length: 2\r\n${TWO}`, curl: 200, ours: 200 },
  'two lengths': { bytes: `${OK}Content-Length: 3\r\n${TWO}`, curl: 200, ours: 200 },
  'its length as a list': { bytes: `${OK}Content-Length: 2, 2\r\n\r\nok`, curl: 200, ours: 200 },
  'a list of two lengths': { bytes: `${OK}Content-Length: 2, 3\r\n\r\nok`, curl: 200, ours: 200 },
  'a length with a sign': { bytes: `${OK}Content-Length: +2\r\n\r\nok`, curl: 200, ours: 200 },
  'a negative length': { bytes: `${OK}Content-Length: -2\r\n\r\nok`, curl: [8, 200], ours: 200, because: HEAD_COUNTS },
  'a length in words': { bytes: `${OK}Content-Length: two\r\n\r\nok`, curl: [8, 200], ours: 200, because: HEAD_COUNTS },
  'an empty length': { bytes: `${OK}Content-Length:\r\n\r\nok`, curl: [8, 200], ours: 200, because: HEAD_COUNTS },
  'a quoted length': { bytes: `${OK}Content-Length: "2"\r\n\r\nok`, curl: [8, 200], ours: 200, because: HEAD_COUNTS },
  'a length with a fraction': { bytes: `${OK}Content-Length: 2.0\r\n\r\nok`, curl: 200, ours: 200 },
  'a length with its unit': { bytes: `${OK}Content-Length: 2 bytes\r\n\r\nok`, curl: 200, ours: 200 },
  'a length beyond counting': { bytes: `${OK}Content-Length: ${'9'.repeat(20)}\r\n\r\nok`, curl: 200, ours: 200 },
  'a body shorter than its length': {
    bytes: `${OK}Content-Length: 5\r\n\r\nok`,
    curl: [18, 200],
    ours: 200,
    because: HEAD_COUNTS,
  },
  'a body longer than its length': { bytes: `${OK}${TWO}and more`, curl: 200, ours: 200 },
  // Codings.
  'a length and chunks': { bytes: `${OK}${CHUNKED}Content-Length: 2\r\n\r\n${CHUNKS}`, curl: 200, ours: 200 },
  'chunks and a length': { bytes: `${OK}Content-Length: 2\r\n${CHUNKED}\r\n${CHUNKS}`, curl: 200, ours: 200 },
  'chunks twice': { bytes: `${OK}${CHUNKED}${CHUNKED}\r\n${CHUNKS}`, curl: 200, ours: 200 },
  'chunks in HTTP/1.0': { bytes: `HTTP/1.0 200 OK\r\n${CHUNKED}\r\n${CHUNKS}`, curl: 200, ours: 200 },
  'identity and a length': { bytes: `${OK}Transfer-Encoding: identity\r\n${TWO}`, curl: 200, ours: 200 },
  'an unknown coding': {
    bytes: `${OK}Transfer-Encoding: x\r\n\r\nok`,
    curl: [61, 200],
    ours: 200,
    because: HEAD_COUNTS,
  },
  'chunks that are none': { bytes: `${OK}${CHUNKED}\r\nok`, curl: [56, 200], ours: 200, because: HEAD_COUNTS },
  'chunks ended by line feeds': { bytes: `${OK}${CHUNKED}\r\n2\nok\n0\n\n`, curl: 200, ours: 200 },
  'a chunk with an extension': { bytes: `${OK}${CHUNKED}\r\n2;a=b\r\nok\r\n0\r\n\r\n`, curl: 200, ours: 200 },
  'a chunk size padded behind': { bytes: `${OK}${CHUNKED}\r\n2  \r\nok\r\n0\r\n\r\n`, curl: 200, ours: 200 },
  'a chunk size padded before': {
    bytes: `${OK}${CHUNKED}\r\n 2\r\nok\r\n0\r\n\r\n`,
    curl: [56, 200],
    ours: 200,
    because: HEAD_COUNTS,
  },
  'a chunk size with many zeros': {
    bytes: `${OK}${CHUNKED}\r\n${'0'.repeat(20)}2\r\nok\r\n0\r\n\r\n`,
    curl: [56, 200],
    ours: 200,
    because: HEAD_COUNTS,
  },
  'a chunk size with 0x': {
    bytes: `${OK}${CHUNKED}\r\n0x2\r\nok\r\n0\r\n\r\n`,
    curl: [43, 200],
    ours: 200,
    because: HEAD_COUNTS,
  },
  'a chunk longer than its size': {
    bytes: `${OK}${CHUNKED}\r\n2\r\nok0\r\n\r\n`,
    curl: [56, 200],
    ours: 200,
    because: HEAD_COUNTS,
  },
  'chunks without the last one': {
    bytes: `${OK}${CHUNKED}\r\n2\r\nok\r\n`,
    curl: [18, 200],
    ours: 200,
    because: HEAD_COUNTS,
  },
  'a last chunk without its empty line': {
    bytes: `${OK}${CHUNKED}\r\n2\r\nok\r\n0\r\n`,
    curl: [18, 200],
    ours: 200,
    because: HEAD_COUNTS,
  },
  // Statuses with rules of their own.
  '204 with a body': { bytes: `HTTP/1.1 204 No\r\n${TWO}`, curl: 204, ours: 204 },
  '304 with a body': { bytes: `HTTP/1.1 304 No\r\n${TWO}`, curl: 304, ours: 304 },
  '205 with a body': { bytes: `HTTP/1.1 205 Reset\r\n${TWO}`, curl: 205, ours: 205 },
  '100 before it': { bytes: `HTTP/1.1 100 Continue\r\n\r\n${OK}${TWO}`, curl: 200, ours: 200 },
  '102 with a length before it': {
    bytes: `HTTP/1.1 102 Processing\r\nContent-Length: 0\r\n\r\n${OK}${TWO}`,
    curl: 200,
    ours: 200,
  },
  '103 before it': { bytes: `HTTP/1.1 103 Early\r\nLink: x\r\n\r\n${OK}${TWO}`, curl: 200, ours: 200 },
  '199 before it': { bytes: `HTTP/1.1 199 X\r\n\r\n${OK}${TWO}`, curl: 200, ours: 200 },
  '100 alone': { bytes: 'HTTP/1.1 100 Continue\r\n\r\n', curl: 'refused', ours: 'refused' },
  '101': {
    bytes: `HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n${OK}${TWO}`,
    curl: 101,
    ours: 'refused',
    because: 'we did not ask for another protocol, and what follows is no HTTP',
  },
};
