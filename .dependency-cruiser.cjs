// Who may import whom: the slides, pool/ and plans/ decide and touch nothing; world/ does and decides nothing.
const deciders = '^src/(pool|plans|auto-scaling|fail-safety|load-balancing|persistent-storage)/';
const rule = (name, from, to) => ({ name, severity: 'error', from, to });
module.exports = {
  forbidden: [
    rule('deciders-touch-no-builtin', { path: deciders }, { dependencyTypes: ['core'] }),
    // These packages compute and do no I/O.
    rule(
      'deciders-use-pure-packages',
      { path: deciders },
      {
        dependencyTypes: ['npm'],
        pathNot: 'node_modules/(zod|handlebars|fastest-levenshtein|@noble/hashes)/',
      },
    ),
    rule('deciders-know-only-deciders', { path: deciders }, { path: '^src/', pathNot: deciders }),
    rule(
      'world-decides-nothing',
      { path: '^src/world/' },
      { path: '^src/(auto-scaling|fail-safety|load-balancing|persistent-storage|cloudspeak)/' },
    ),
    rule(
      'simulation-stands-on-the-deciders',
      { path: '^src/simulation/' },
      { path: '^src/(cloudspeak|local-cloud)/' },
    ),
    rule(
      'nobody-needs-simulation',
      { path: '^src/', pathNot: '^src/(simulation|cloudspeak)/' },
      { path: '^src/simulation/' },
    ),
    rule('pool-knows-only-itself', { path: '^src/pool/' }, { path: '^src/', pathNot: '^src/pool/' }),
    rule(
      'slides-know-only-pool',
      { path: '^src/(auto-scaling|fail-safety|load-balancing|persistent-storage)/' },
      { path: '^src/(plans|world|cloudspeak)/' },
    ),
    rule(
      'local-cloud-stands-alone',
      { path: '^src/local-cloud/' },
      { path: '^src/', pathNot: '^src/(local-cloud|process)/' },
    ),
    rule('process-knows-only-itself', { path: '^src/process/' }, { path: '^src/', pathNot: '^src/process/' }),
    rule(
      'nobody-needs-local-cloud',
      { path: '^src/', pathNot: '^src/local-cloud/' },
      { path: '^src/local-cloud/' },
    ),
    rule('no-circular', {}, { circular: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
