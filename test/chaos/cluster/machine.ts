import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

/** A network of namespaces on one bridge, as machines on one switch; only root can make it. */
export class Switch {
  readonly bridge: string;

  constructor(
    /** Up to seven letters that no other interface begins with. */
    readonly prefix: string,
    /** The first three numbers of its addresses; `.1` is ours. */
    readonly subnet: string,
  ) {
    this.bridge = `${prefix}br`;
    ip('link', 'add', this.bridge, 'type', 'bridge', 'forward_delay', '0', 'stp_state', '0');
    ip('address', 'add', `${subnet}.1/24`, 'dev', this.bridge);
    ip('link', 'set', this.bridge, 'up');
  }

  plug(port: string): void {
    ip('link', 'set', port, 'master', this.bridge);
  }

  remove(): void {
    spawnSync('ip', ['link', 'delete', this.bridge]);
  }
}

/** One machine: a network namespace with an address of its own. */
export class Machine {
  readonly address: string;
  private readonly port: string;
  readonly namespace: string;

  constructor(
    private readonly net: Switch,
    readonly name: string,
    number: number,
  ) {
    this.namespace = `${net.prefix}${name}`;
    this.port = `${net.prefix}${name}p`;
    this.address = `${net.subnet}.${number}`;
    ip('netns', 'add', this.namespace);
    ip('link', 'add', this.port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.namespace);
    net.plug(this.port);
    ip('link', 'set', this.port, 'up');
    this.ip('link', 'set', 'lo', 'up');
    this.ip('address', 'add', `${this.address}/24`, 'dev', 'eth0');
    this.ip('link', 'set', 'eth0', 'up');
  }

  /** The machine is off the network: what is sent to it is swallowed, and no end of a connection tells of it. */
  unplug(): void {
    ip('link', 'set', this.port, 'nomaster');
  }

  plug(): void {
    this.net.plug(this.port);
  }

  /** Swallows what goes from here to another machine. */
  ignore(other: Machine): void {
    this.ip('route', 'replace', 'blackhole', `${other.address}/32`);
  }

  heed(other: Machine): void {
    spawnSync('ip', ['-n', this.namespace, 'route', 'delete', 'blackhole', `${other.address}/32`]);
  }

  /** Starts a program on it as `user`. */
  spawn(user: string, command: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const as = ['setpriv', '--reuid', user, '--regid', user, '--init-groups'];
    return spawn('ip', ['netns', 'exec', this.namespace, ...as, ...command], {
      detached: true,
      cwd: '/',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** To every process on it. */
  signal(signal: NodeJS.Signals): void {
    for (const pid of this.pids()) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  /** SIGKILL to all at one moment, until none is left: who was being started in it goes, too. */
  kill(): void {
    this.signal('SIGSTOP');
    while (this.pids().length > 0) this.signal('SIGKILL');
  }

  runs(): boolean {
    return this.pids().length > 0;
  }

  remove(): void {
    this.kill();
    spawnSync('ip', ['netns', 'delete', this.namespace]);
    spawnSync('ip', ['link', 'delete', this.port]);
  }

  private pids(): number[] {
    const { stdout } = spawnSync('ip', ['netns', 'pids', this.namespace], { encoding: 'utf8' });
    return (stdout ?? '').split('\n').filter(Boolean).map(Number);
  }

  private ip(...args: readonly string[]): void {
    ip('-n', this.namespace, ...args);
  }
}

function ip(...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}
