import { serve } from './serve.js';

// The entry of nest-cli.json. `godwit` (apps/cli) starts the same with options.
await serve({});
