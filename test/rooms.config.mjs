/** Who may know whom, as dependency-cruiser rules: imports point one way, and rooms meet at their doors. */
const only = (name, from, to, why) => ({
  name,
  comment: why,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.tsx?$' },
  to: { path: '^(src|exhibits|firmware-protocol)/', pathNot: to },
})

/** Inside the controller, in the order in which one may know the other. */
const rooms = {
  boards: ['firmware-protocol'],
  channels: ['boards'],
  exhibits: ['channels'],
  visits: ['exhibits', 'telemetry'],
  telemetry: [],
}

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    only('shared-knows-nobody', '^src/shared/', '^src/shared/', 'shared is what all others build on'),
    only(
      'protocol-knows-nobody',
      '^firmware-protocol/',
      '^firmware-protocol/',
      'it can be ported and reused alone',
    ),
    only(
      'kit-knows-shared',
      '^src/kit/',
      '^src/(kit|shared)/',
      'a scene gets the kit and nothing more of the product',
    ),
    only(
      'exhibits-know-the-kit',
      '^exhibits/([^/]+)/',
      '^(exhibits/$1/|src/kit/index\\.ts$)',
      'a package stands alone',
    ),
    only('kiosk-knows-shared-and-kit', '^src/kiosk/', '^src/(kiosk|shared|kit)/', 'the page is a projection'),
    only('console-knows-shared', '^src/console/', '^src/(console|shared)/', 'the page talks over HTTP only'),
    only('hub-knows-shared', '^src/hub/', '^src/(hub|shared)/', 'hub and controller meet on the wire only'),
    only(
      'shell-knows-processes',
      '^src/shell/(?!cli/)',
      '^src/(shell|shared)/',
      'the shell starts processes, it is none of them',
    ),
    only(
      'controller-knows-no-page',
      '^src/controller/',
      '^(src/(controller|shared)/|firmware-protocol/index\\.ts$)',
      'pages import it, it serves them',
    ),
    {
      name: 'pages-stay-in-the-browser',
      comment: 'shared/server and shared/node are for servers',
      severity: 'error',
      from: { path: '^src/(kiosk|console|kit)/' },
      to: { path: '^src/shared/(server|node)/' },
    },
    ...Object.entries(rooms).map(([room, known]) =>
      only(
        `${room}-meets-others-at-their-doors`,
        `^src/controller/${room}/`,
        [
          `^src/controller/${room}/`,
          '^src/shared/',
          ...known.map((other) =>
            other === 'firmware-protocol'
              ? '^firmware-protocol/index\\.ts$'
              : `^src/controller/${other}/(index|types)\\.ts$`,
          ),
        ].join('|'),
        'rooms meet through doors',
      ),
    ),
    {
      name: 'api-meets-others-at-their-doors',
      severity: 'error',
      from: { path: '^src/controller/(api/|[^/]+\\.ts$)', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^src/controller/(boards|channels|exhibits|visits|telemetry)/',
        pathNot: '/(index|types)\\.ts$',
      },
    },
    {
      name: 'no-undeclared-package',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.test\\.tsx?$|/fixtures/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
