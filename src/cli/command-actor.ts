import { userInfo } from 'node:os';
import type { Actor } from '../history/actor.js';

/** Who runs a command, for the history: nobody logged in, so it is the machine's user. */
export function commandActor(command: string): Actor {
  return { kind: 'command', id: null, name: `${command} (${machineUser()})` };
}

function machineUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
