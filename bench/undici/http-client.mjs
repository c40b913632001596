// The product's HTTP client over undici's Client: same dialler (look-up, guard, TLS with its sessions), same deadline,
// same results, one connection for each Client and a pool of connections as in the product. Only for the benchmark.
import { Client } from 'undici';
import { Dial } from '../../dist/delivery/push/client/dial.js';
import { Dialer } from '../../dist/delivery/push/client/dialer.js';
import { Exchange } from '../../dist/delivery/push/client/exchange.js';
import { IdlePool } from '../../dist/delivery/push/client/idle-pool.js';

const MAX_AGE_MS = 60_000;
const IDLE_MS = 4_000;
const MAX_IDLE_MS = 30_000;
const MAX_IDLE_CONNECTIONS = 2048;
const FRAMING = { isChunked: false, length: null, isDoubtful: false, keepsOpen: true, keepAliveSeconds: null };

export class HttpClient {
  running = new Set();
  stopped = false;
  whenIdle = null;

  constructor(options) {
    this.dialer = new Dialer(options);
    this.maxBodyBytes = options.maxBodyBytes;
    this.idle = new IdlePool(MAX_IDLE_CONNECTIONS);
  }

  send(request, { timeoutMs }) {
    const slash = request.url.indexOf('/', request.url.indexOf('//') + 2);
    const connection = this.connectionTo(request.url.slice(0, slash));
    return new Promise((resolve) => {
      const exchange = new Exchange(connection, timeoutMs, this.maxBodyBytes, (result, last, reuse) => {
        this.running.delete(exchange);
        this.release(last, reuse === 'now' && !this.stopped);
        resolve(result);
      });
      this.running.add(exchange);
      connection.dispatch(request, request.url.slice(slash), exchange);
    });
  }

  async close() {
    this.stopped = true;
    if (this.running.size > 0) await new Promise((resolve) => (this.whenIdle = resolve));
    this.destroy();
  }

  destroy() {
    this.stopped = true;
    for (const exchange of this.running) exchange.interrupt('cut off: shutting down');
    for (const connection of this.idle.clear()) connection.destroy();
  }

  connectionTo(origin) {
    for (let kept = this.idle.take(origin); kept !== undefined; kept = this.idle.take(origin)) {
      if (kept.isUsable()) return kept;
      kept.destroy();
    }
    return new Connection(origin, this.dialer, (connection) => this.idle.remove(connection) && connection.destroy());
  }

  release(connection, isReusable) {
    if (isReusable) this.idle.put(connection)?.destroy();
    else connection.destroy();
    if (this.running.size === 0) this.whenIdle?.();
  }
}

class Connection {
  before = null;
  after = null;
  isResting = false;
  dial = null;
  isConnected = false;
  isWritten = true;

  constructor(origin, dialer, onDisconnect) {
    this.origin = origin;
    this.client = new Client(origin, {
      pipelining: 1,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: MAX_IDLE_MS,
      // The exchange has the one deadline; a server that drips would reset these for ever.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (target, callback) => void this.connect(dialer, target, callback),
    });
    this.client.on('connect', () => (this.isConnected = true));
    this.client.on('disconnect', () => {
      this.isConnected = false;
      onDisconnect(this);
    });
  }

  dispatch({ method, headers, body }, path, exchange) {
    // Names and values in turn, as undici wants them; the product's are ready for the wire.
    const list = headers.split(/: |\r\n/).slice(0, -1);
    this.client.dispatch({ method, path, headers: list, body, reset: false }, new Handler(exchange));
  }

  // undici reads from the socket by itself.
  async connect(dialer, target, callback) {
    this.dial = new Dial();
    try {
      const socket = await dialer.open(target, this.dial, null);
      callback(null, socket);
    } catch (error) {
      callback(error, null);
    }
  }

  isUsable() {
    return this.isConnected && performance.now() - (this.dial?.startedAt ?? 0) < MAX_AGE_MS;
  }

  destroy() {
    this.dial?.cancel();
    void this.client.destroy();
  }
}

class Handler {
  keepsOpen = true;

  constructor(exchange) {
    this.exchange = exchange;
  }

  onRequestStart() {
    this.exchange.onRequestStart();
  }

  onResponseStart(controller, status) {
    if (status < 200) return;
    const raw = controller.rawHeaders;
    const headers = [];
    for (let at = 0; at < raw.length; at += 2) {
      const [name, value] = [raw[at].toString('latin1'), raw[at + 1].toString('latin1')];
      if (name.length === 10 && name.toLowerCase() === 'connection' && value === 'close') this.keepsOpen = false;
      headers.push([name, value]);
    }
    this.exchange.onResponseStart({ status, headers, headersJson: JSON.stringify(headers), framing: FRAMING });
  }

  onResponseData(_controller, bytes) {
    this.exchange.onResponseData(bytes);
  }

  onResponseEnd() {
    this.exchange.onResponseEnd(this.keepsOpen);
  }

  onResponseError(_controller, error) {
    this.exchange.onConnectionLost(error, false);
  }
}
