import type { Command } from 'commander';
import { takeEnvironment } from '../config/environment.js';
import { readSettings } from '../config/read-settings.js';
import type { Settings } from '../config/settings.js';
import { VARIABLES } from '../config/variables.js';

/** Variables that decide which database a command works on. */
export const DATABASE_VARIABLES = ['DATA_DIR', 'DATABASE_URL', 'ENCRYPTION_KEY'] as const;

/** Gives a command a flag for each variable (of `names`, if given), and `--…-file` for each secret. */
export function addSettingsOptions(command: Command, names?: readonly string[]): Command {
  command.optionsGroup('Settings, each also an environment variable:');
  for (const { name, flag, help, secret } of VARIABLES) {
    if (names && !names.includes(name)) continue;
    command.option(`--${flag} <value>`, `${name}: ${help}`);
    if (secret) command.option(`--${flag}-file <path>`, `${name}_FILE: the same from a file`);
  }
  return command;
}

/** The settings from the environment with the command's flags on top. To be called once: it takes secrets away. */
export function settingsOf(command: Command): Settings {
  const given: Record<string, unknown> = command.opts();
  const overrides: Record<string, string> = {};
  for (const { name, flag } of VARIABLES) {
    const value = given[camelCase(flag)];
    const file = given[camelCase(`${flag}-file`)];
    if (typeof value === 'string') overrides[name] = value;
    if (typeof file === 'string') overrides[`${name}_FILE`] = file;
  }
  return readSettings(takeEnvironment(overrides));
}

function camelCase(flag: string): string {
  return flag.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
