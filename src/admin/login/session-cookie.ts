import { ABSOLUTE_HOURS } from '../../accounts/sessions.service.js';

/**
 * The cookie that carries a session's token. With https it has the `__Host-` prefix: only this very host can have set
 * it. With http its name has the port: cookies don't tell ports apart, and two services on one machine would log each
 * other out.
 */
export class SessionCookie {
  readonly name: string;
  private readonly attributes: string;

  constructor(publicUrl: string) {
    const { protocol, port } = new URL(publicUrl);
    const secure = protocol === 'https:';
    this.name = secure ? '__Host-data_pusher' : `data_pusher_${port || '80'}`;
    this.attributes = `HttpOnly; SameSite=Strict; ${secure ? 'Path=/; Secure' : 'Path=/admin'}`;
  }

  /** The token in a `Cookie` header, or null. */
  read(header: string | undefined): string | null {
    for (const pair of header?.split(';') ?? []) {
      const [name, value] = pair.trim().split('=');
      if (name === this.name && value) return value;
    }
    return null;
  }

  /** The `Set-Cookie` value that hands the token to the browser. */
  set(token: string): string {
    return `${this.name}=${token}; Max-Age=${ABSOLUTE_HOURS * 3600}; ${this.attributes}`;
  }

  clear(): string {
    return `${this.name}=; Max-Age=0; ${this.attributes}`;
  }
}
