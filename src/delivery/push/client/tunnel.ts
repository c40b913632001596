import { request } from 'node:http';
import type { Socket } from 'node:net';

/** The proxy through which everything goes could not be asked, or refused. */
export class ProxyError extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'ProxyError';
  }
}

/** Asks an HTTP proxy for tunnels. */
export class ProxyTunnel {
  readonly hostname: string;
  readonly port: number;
  private readonly authorization: string | null;

  /** `url`: http, perhaps with user name and password. */
  constructor(url: string) {
    const { hostname, port, username, password } = new URL(url);
    this.hostname = hostname;
    this.port = Number(port) || 80;
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.authorization = credentials === ':' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`;
  }

  /**
   * Asks for a tunnel to `authority` (`host:port`; CONNECT of RFC 9110, for http too, so that the proxy sees nothing
   * but the authority of what is sent). `connect` makes the connection to the proxy.
   */
  async open(authority: string, connect: () => Promise<Socket>): Promise<Socket> {
    const socket = await connect().catch((error: unknown) => {
      const cause: unknown = error instanceof AggregateError ? error.errors[0] : error;
      throw new ProxyError(cause instanceof Error ? cause.message : 'the connection failed');
    });
    return await new Promise((resolve, reject) => {
      const failed = (detail: string): void => reject(new ProxyError(detail));
      const headers = { host: authority, ...(this.authorization && { 'proxy-authorization': this.authorization }) };
      const createConnection = (): Socket => socket;
      const asking = request({ method: 'CONNECT', path: authority, headers, createConnection });
      asking.once('error', (error) => failed(error.message || 'the connection failed'));
      asking.once('connect', ({ statusCode = 0 }, tunnel: Socket, head) => {
        // Before we have said anything through the tunnel nobody has a reason to.
        if (statusCode >= 200 && statusCode < 300 && head.length === 0) return resolve(tunnel);
        tunnel.destroy();
        failed(`CONNECT was answered with ${statusCode}`);
      });
      asking.end();
    });
  }
}
