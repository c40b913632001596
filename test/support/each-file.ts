import { afterAll } from 'vitest';
import { endStarted } from './started.js';

// vitest ends its workers by this signal: without a handler what they do when they exit would not be done.
process.on('SIGTERM', () => process.exit(143));

// Runs after those of the file, since it was registered before them.
afterAll(endStarted);
