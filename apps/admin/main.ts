import { runAdmin } from './run.js';

// The entry of nest-cli.json. `godwit` (apps/cli) starts the same with options.
await runAdmin({});
