import { runCommandLine } from './cli/program.js';
import { tuneHeap } from './common/tune-heap.js';

tuneHeap();

// Loaded when it is wanted: a command that only asks the database needs no web application.
const exitCode = await runCommandLine(process.argv.slice(2), async (settings, onReady) => {
  const { serve } = await import('./supervisor/serve.js');
  return serve(settings, onReady);
});
process.exit(exitCode);
