import { request } from 'node:http';
import type { Socket } from 'node:net';

/** The proxy through which destinations are reached could not be asked, or refused. */
export class ProxyError extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'ProxyError';
  }
}

/** Where and as whom the proxy is asked. */
export class EgressProxy {
  readonly hostname: string;
  readonly port: string;
  private readonly authorization: string | null;

  /** `url`: http, perhaps with user name and password. */
  constructor(url: string) {
    const { hostname, port, username, password } = new URL(url);
    this.hostname = hostname;
    this.port = port;
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.authorization = credentials === ':' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`;
  }

  /**
   * Asks for a tunnel to `authority` (`host:port`; CONNECT of RFC 9110, for http too, so that the proxy sees nothing
   * but the authority of what is sent). `route` leads to the proxy. `watch` is told the socket before it is connected.
   */
  connect(authority: string, route: object, watch: (socket: Socket) => void): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const failed = (detail: string): void => reject(new ProxyError(detail));
      const headers = { host: authority, ...(this.authorization && { 'proxy-authorization': this.authorization }) };
      const connecting = request({ ...route, method: 'CONNECT', path: authority, agent: false, headers });
      connecting.once('socket', watch);
      connecting.once('error', (error) => failed(error.message || 'the connection failed'));
      connecting.once('connect', ({ statusCode = 0 }, socket: Socket, head) => {
        // Before we have said anything through the tunnel nobody has a reason to.
        if (statusCode >= 200 && statusCode < 300 && head.length === 0) return resolve(socket);
        socket.destroy();
        failed(`CONNECT was answered with ${statusCode}`);
      });
      connecting.end();
    });
  }
}
