import { defineConfig } from 'prisma/config';

// Only for `prisma generate`, `validate` and `format`: migrations are applied by libs/store/migrate.ts.
export default defineConfig({ schema: 'prisma/schema.prisma' });
