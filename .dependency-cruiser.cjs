/**
 * The layers of ARCHITECTURE.md: a folder may import those before it in this list, never those after it, and faces
 * (the last three) never each other.
 */
const LAYERS = [
  'common|config',
  'database',
  'history',
  'accounts',
  'destinations',
  'delivery',
  'data-handler',
  'admin|health|metrics|cli',
];

const againstLayers = LAYERS.slice(0, -1).map((layer, index) => ({
  name: `layer-${layer.replace('|', '-')}`,
  comment: 'Imports go from the later layers to the earlier ones',
  severity: 'error',
  from: { path: `^src/(${layer})/` },
  to: { path: `^src/((${LAYERS.slice(index + 1).join('|')})/|supervisor/|[^/]+[.]ts$)` },
}));

/** What of a feature is there for others; the rest is its own business. */
const PUBLIC = [
  '[.](module|service|entity)[.]ts$',
  '^src/delivery/queue/',
  // Who may do what, for every controller; passwords and keys, for the panel, the command line and the first start.
  '^src/accounts/(principal|management-api|api-key[.]guard|required-roles|password|superusers|open-api-keys)[.]ts$',
  // Pure rules that pushing obeys, too.
  '^src/destinations/(stored-headers|signing-secret|header-rules|destination-url|destination-input|event-types)[.]ts$',
  // Sealing anew, missing keys and verifying, for the command line and the start.
  '^src/destinations/(reseal|missing-keys)[.]ts$',
  '^src/delivery/push/sign[.]ts$',
  // Reading the ledger by the parameters of an address, for the panel.
  '^src/delivery/ledger/(ledger-query|find-deliveries|ledger-bodies|cursor)[.]ts$',
];

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...againstLayers,
    {
      name: 'faces-stand-alone',
      severity: 'error',
      from: { path: '^src/(admin|health|metrics|cli)/' },
      to: { path: '^src/((admin|health|metrics|cli)/|supervisor/|[^/]+[.]ts$)', pathNot: '^src/$1/' },
    },
    {
      name: 'features-by-their-front-door',
      comment: 'Of another feature only modules, services, entities and the delivery queue, or what is listed here',
      severity: 'error',
      from: { path: '^src/(accounts|destinations|delivery|data-handler|admin|health|metrics|cli|supervisor)/' },
      to: {
        path: '^src/(accounts|destinations|delivery|data-handler|admin|health|metrics|cli)/',
        pathNot: ['^src/$1/', ...PUBLIC],
      },
    },
    {
      name: 'no-index',
      comment: 'Barrel files hide what is imported from where',
      severity: 'error',
      from: {},
      to: { path: '^src/.*(^|/)index[.]ts$' },
    },
    {
      name: 'adminjs-only-in-admin',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/admin/' },
      to: { path: 'node_modules/(adminjs|@adminjs)/' },
    },
    {
      name: 'one-http-client',
      comment: 'Every request to the outside passes the address policy of the one transport',
      severity: 'error',
      // The command line gets Nest's HttpService, which goes over the same transport.
      from: { path: '^src/', pathNot: '^src/(delivery/push/|cli/(http-client|send-event|demo/[^/]+)[.]ts$)' },
      to: { path: 'node_modules/(undici|axios|@nestjs/axios)/' },
    },
    {
      name: 'http-client-stands-apart',
      comment: 'The HTTP client knows nothing of deliveries: what it needs of policy is injected',
      severity: 'error',
      from: { path: '^src/delivery/push/client/' },
      to: { path: '^src/', pathNot: '^src/(delivery/push/client|common)/' },
    },
    {
      name: 'no-tests-in-product',
      severity: 'error',
      from: { path: '^src/', pathNot: '[.]spec[.]ts$' },
      to: { path: '([.]spec[.]ts$|^test/|node_modules/vitest/)' },
    },
    {
      name: 'no-dev-dependencies-in-product',
      severity: 'error',
      from: { path: '^src/', pathNot: '[.]spec[.]ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm', 'npm-peer'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
};
