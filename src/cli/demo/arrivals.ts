import { headerOf, rawQuery, type ReceivedRequest } from '../receiver/received-request.js';
import { verifySignature } from '../receiver/verify-signature.js';
import { type Style, visible } from '../style.js';

/** Every so many requests one destination fails, so that a retry is to be seen. */
const FAILS_EVERY = 8;
const FAILING_PATH = '/warehouse';
const MAX_SHOWN = 70;

/** Receives for all destinations of the demo and says in one line what arrived. */
export class Arrivals {
  /** The signing secrets by path, once the account is there. */
  secrets: ReadonlyMap<string, string> = new Map();
  private readonly attempts = new Map<string, number>();
  private atFailing = 0;

  constructor(
    private readonly style: Style,
    private readonly print: (line: string) => void,
  ) {}

  /** Returns the status to answer with. */
  receive(request: ReceivedRequest): number {
    const [path = ''] = request.url.split('?');
    const key = `${path} ${headerOf(request, 'webhook-id')}`;
    const attempt = (this.attempts.get(key) ?? 0) + 1;
    this.attempts.set(key, attempt);
    const fails = path === FAILING_PATH && attempt === 1 && ++this.atFailing % FAILS_EVERY === 0;
    this.print(this.describe(request, path, attempt, fails));
    return fails ? 503 : 200;
  }

  private describe(request: ReceivedRequest, path: string, attempt: number, fails: boolean): string {
    const { style } = this;
    const secret = this.secrets.get(path);
    const isValid = secret !== undefined && verifySignature(request, [secret], Date.now()).valid;
    const signature = isValid ? style.good('signed') : style.bad('NOT SIGNED');
    const content = request.body.length > 0 ? request.body.toString() : decodeURIComponent(rawQuery(request.url));
    const shown = content.length > MAX_SHOWN ? `${content.slice(0, MAX_SHOWN)}…` : content;
    const remark = fails
      ? style.bad('  answered 503 on purpose: it comes again in about 5 s')
      : attempt > 1
        ? style.good(`  attempt ${attempt}: delivered now`)
        : '';
    return `${style.accent(`  ← ${request.method.padEnd(4)} ${visible(path).padEnd(11)}`)}  ${signature}  ${style.dim(visible(shown))}${remark}`;
  }
}
