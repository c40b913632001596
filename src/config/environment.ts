import { SECRET_VARIABLES } from './read-settings.js';

/** Values that win over the environment, by variable name. */
export type Overrides = Readonly<Record<string, string | undefined>>;

/**
 * The environment with `overrides` on top: the one place that reads `process.env`. Secrets are taken out of it, so
 * that no child process (database server, forks) inherits them.
 */
export function takeEnvironment(overrides: Overrides = {}): Record<string, string | undefined> {
  const environment = { ...process.env };
  for (const name of SECRET_VARIABLES) delete process.env[name];
  for (const [name, value] of Object.entries(overrides)) {
    if (value === undefined) continue;
    environment[name] = value;
    // A file given as a flag wins over a value from the environment.
    if (name.endsWith('_FILE')) delete environment[name.slice(0, -'_FILE'.length)];
  }
  return environment;
}
