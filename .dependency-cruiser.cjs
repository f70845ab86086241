/** Imports point one way (ARCHITECTURE.md, "Who may import whom"). `npm run check` fails on a violation. */
const ours = '^(src|grader|e2e|bin)/';

module.exports = {
  forbidden: [
    {
      name: 'contract-imports-nothing-of-ours',
      severity: 'error',
      comment: 'Browser and grader share the contract; it must run in both.',
      from: { path: '^grader/contract/', pathNot: '\\.test\\.ts$' },
      to: { path: ours, pathNot: '^grader/contract/' },
    },
    {
      name: 'site-sees-only-contract-and-pure-text',
      severity: 'error',
      comment: 'The server must not end up in the browser; types of the API are erased and may be imported.',
      from: { path: '^src/' },
      to: {
        path: '^grader/',
        pathNot: '^grader/((contract|dockerfile)/|limits\\.ts$)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'dockerfile-is-pure-text',
      severity: 'error',
      comment: 'The reader of Dockerfiles runs in the browser as well: the same text must mean the same in both.',
      from: { path: '^grader/dockerfile/', pathNot: '\\.test\\.ts$' },
      to: { path: ours, pathNot: '^grader/(contract|dockerfile)/|^grader/limits\\.ts$' },
    },
    {
      name: 'dockerfile-does-no-io',
      severity: 'error',
      from: { path: '^grader/dockerfile/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'grader-never-imports-the-site',
      severity: 'error',
      from: { path: '^grader/' },
      to: { path: '^src/' },
    },
    {
      name: 'checks-are-pure',
      severity: 'error',
      comment: 'Checks judge evidence and do no I/O, so that each is tested without Docker.',
      from: { path: '^grader/checks/', pathNot: '\\.test\\.ts$' },
      to: { path: '^grader/(engine|build|catalogue|evidence|store|queue|api|cli)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'checks-do-no-io',
      severity: 'error',
      from: { path: '^grader/checks/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'few-start-processes',
      severity: 'error',
      comment: 'Only these rooms may start a process.',
      from: { pathNot: '^(grader/(air-gap|engine|build|catalogue|store|cli|bench)/|bin/|e2e/)|\\.test\\.ts$' },
      to: { path: '^(node:)?child_process$' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: ours },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)fixtures/|^dist/|^content/' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'] },
  },
};
