// The console's build. `npx vite apps/console` serves it while one works on it, with the API of a running `npm start`.
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.', import.meta.url));
const api = process.env.GODWIT_ADMIN_URL ?? 'http://127.0.0.1:8081';

/** @type {import('vite').UserConfig} */
export default {
  root,
  // No address of the page's own is known here: the admin app serves it at `/`.
  base: '/',
  oxc: { jsx: { runtime: 'automatic' } },
  resolve: {
    // The client alone: the schemas beside it would bring a validation library along that the page has no use for.
    alias: { '#admin-api/client': fileURLToPath(new URL('../../libs/admin-api/client.ts', import.meta.url)) },
  },
  build: {
    target: 'es2023',
    // The content security policy allows no data: addresses, and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { host: '127.0.0.1', proxy: { '/admin/v1': { target: api, changeOrigin: false } } },
};
