import type { RunSettings } from '../config/settings.js';

/** Settings go by message, not by environment: that of a process can be read by others. */
export type ToFork = { readonly type: 'start'; readonly settings: RunSettings } | { readonly type: 'stop' };

/** `ready`: it listens to messages; one sent before would be lost. `listening`: it takes requests. */
export type FromFork =
  | { readonly type: 'ready' }
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'failed'; readonly message: string; readonly code?: string | undefined };
