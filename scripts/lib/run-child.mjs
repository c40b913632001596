import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

/** Runs a program to its end. `quiet` collects what it writes instead of showing it. */
export function runChild(command, args, { quiet = false, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit' });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr?.setEncoding('utf8').on('data', (text) => (output += text));
    // A signal to us alone would leave it behind.
    const pass = (signal) => child.kill(signal);
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, pass);
    const forget = () => {
      for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.off(name, pass);
    };
    child.once('error', (error) => {
      forget();
      reject(error);
    });
    child.once('close', (code, signal) => {
      forget();
      // The way it would have ended us, had we not passed it on.
      if (signal) process.kill(process.pid, signal);
      resolve({ code: code ?? 1, output });
    });
  });
}

/** Says what takes long, and on a terminal that it still goes on. */
export async function withProgress(message, work) {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  const { isTTY } = process.stderr;
  process.stderr.write(isTTY ? message : `${message}\n`);
  const timer = isTTY ? setInterval(() => process.stderr.write(`\r${message} ${seconds()} s`), 1000) : undefined;
  try {
    return await work();
  } finally {
    clearInterval(timer);
    process.stderr.write(isTTY ? `\r${message} ${seconds()} s\n` : '');
  }
}
