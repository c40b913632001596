/** What a child process can be asked to do: a name, one argument, one result. */
export type Commands = Record<string, (argument: never) => unknown>;

export interface Call {
  readonly id: number;
  readonly command: string;
  readonly argument: unknown;
}

export interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** The child's side: says that it is ready and on which port, answers calls, and ends when its parent is gone. */
export function serveCommands(commands: Commands, port = 0): void {
  process.on('message', (call: Call) => void answer(commands, call));
  process.on('disconnect', () => process.exit(0));
  // A terminal's Ctrl-C reaches the whole group; the parent ends its children in order.
  process.on('SIGINT', () => undefined);
  reply({ id: 0, result: port });
}

async function answer(commands: Commands, { id, command, argument }: Call): Promise<void> {
  try {
    const run = commands[command];
    if (!run) throw new Error(`unknown command ${command}`);
    reply({ id, result: await run(argument as never) });
  } catch (error) {
    reply({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function reply(message: Reply): void {
  process.send?.(message);
}
