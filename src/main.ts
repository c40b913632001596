import { runCommandLine } from './cli/program.js';
import { serve } from './supervisor/serve.js';

process.exit(await runCommandLine(process.argv.slice(2), serve));
