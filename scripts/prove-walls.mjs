/**
 * Checks that every wall of .dependency-cruiser.cjs holds, and proves that it would: in a scratch copy of the tree it
 * adds one file that breaks each wall, looks at the whole once, and expects to be stopped exactly there. Fails too
 * when fewer modules were seen than there are files, since a checker that sees nothing finds nothing.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs');
const rooms = ['src', 'tests', 'scripts', 'bench'].filter((room) => existsSync(join(root, room)));

/** [wall, folder or file that breaks it, what it imports, the file behind that import where it is ours] */
const breaks = [
  ['shared-is-pure', 'src/shared/domain/', "import 'node:fs';"],
  ['shared-is-pure', 'src/shared/domain/', "import { createElement } from 'react'; void createElement;"],
  [
    'shared-is-pure',
    'src/shared/',
    "import type { A } from '../server/db/x.ts'; export type B = A;",
    'src/server/db/x.ts',
  ],
  [
    'renderer-sees-only-shared',
    'src/renderer/inbox/',
    "import '../../main/core/db/schema.ts';",
    'src/main/core/db/schema.ts',
  ],
  [
    'renderer-sees-only-shared',
    'src/renderer/inbox/',
    "import type { F } from '../../main/host/x.ts'; export type G = F;",
    'src/main/host/x.ts',
  ],
  ['renderer-sees-only-shared', 'src/renderer/inbox/', "import { sql } from 'drizzle-orm'; void sql;"],
  ['renderer-has-no-node', 'src/renderer/inbox/', "import { join } from 'node:path'; void join;"],
  ['renderer-features-apart', 'src/renderer/inbox/', "import '../timeline/x.ts';", 'src/renderer/timeline/x.ts'],
  ['renderer-features-apart', 'src/renderer/inbox/', "import '../screens/x.ts';", 'src/renderer/screens/x.ts'],
  ['design-knows-no-feature', 'src/renderer/design/', "import '../inbox/x.ts';", 'src/renderer/inbox/x.ts'],
  ['preload-is-a-wire', 'src/preload/', "import '../shared/console-api.ts';", 'src/shared/console-api.ts'],
  ['preload-is-a-wire', 'src/preload/', "import 'node:fs';"],
  ['core-has-no-host', 'src/main/core/', "import { app } from 'electron'; void app;"],
  ['core-has-no-host', 'src/main/core/inbox/', "import '../../host/x.ts';", 'src/main/host/x.ts'],
  ['core-has-no-host', 'src/main/core/inbox/', "import '../../../server/db/x.ts';", 'src/server/db/x.ts'],
  [
    'host-starts-core-only-by-its-thread',
    'src/main/host/electron/',
    "import '../../core/db/schema.ts';",
    'src/main/core/db/schema.ts',
  ],
  ['electron-stays-in-its-host', 'src/main/host/loopback/', "import { app } from 'electron'; void app;"],
  ['electron-stays-in-its-host', 'src/renderer/console/', "import type { App } from 'electron'; export type A = App;"],
  ['one-door-to-sqlite', 'src/main/core/inbox/', "import D from 'better-sqlite3'; void D;"],
  ['one-door-to-sqlite', 'src/server/feed/', "import type D from 'better-sqlite3'; export type E = D.Database;"],
  ['one-socket-per-room', 'src/main/core/inbox/', "import { io } from 'socket.io-client'; void io;"],
  ['one-socket-per-room', 'src/renderer/inbox/', "import { io } from 'socket.io-client'; void io;"],
  [
    'outbox-has-one-front-door',
    'src/main/core/inbox/',
    "import '../outbox/drain-outbox.ts';",
    'src/main/core/outbox/drain-outbox.ts',
  ],
  [
    'features-do-not-know-sync',
    'src/main/core/inbox/',
    "import '../sync/apply-page.ts';",
    'src/main/core/sync/apply-page.ts',
  ],
  [
    'server-and-console-meet-in-shared',
    'src/server/sync/',
    "import '../../main/core/db/schema.ts';",
    'src/main/core/db/schema.ts',
  ],
  ['server-does-not-know-the-widget', 'src/server/sync/', "import '../../widget/x.ts';", 'src/widget/x.ts'],
  ['widget-sees-only-shared', 'src/widget/', "import '../renderer/design/x.ts';", 'src/renderer/design/x.ts'],
  ['widget-sees-only-shared', 'src/widget/', "import { createElement } from 'react'; void createElement;"],
  ['channels-are-plugs', 'src/server/channels/line/', "import '../mail/x.ts';", 'src/server/channels/mail/x.ts'],
  [
    'channels-are-plugs',
    'src/server/channels/line/',
    "import '../../conversations/x.ts';",
    'src/server/conversations/x.ts',
  ],
  [
    'only-the-registry-names-channels',
    'src/server/conversations/',
    "import '../channels/line/x.ts';",
    'src/server/channels/line/x.ts',
  ],
  ['demo-is-a-guest', 'src/server/conversations/', "import '../demo/x.ts';", 'src/server/demo/x.ts'],
  [
    'migrations-stand-alone',
    'src/main/core/db/migrations/9999-',
    "import '../schema.ts';",
    'src/main/core/db/schema.ts',
  ],
  ['migrations-stand-alone', 'src/server/db/migrations/9999-', "import '../schema.ts';", 'src/server/db/schema.ts'],
  ['no-test-in-product', 'src/main/core/', "import '../../../tests/support/x.ts';", 'tests/support/x.ts'],
  ['no-test-in-product', 'src/server/feed/', "import './x.test.ts';", 'src/server/feed/x.test.ts'],
  ['no-cycles', 'src/server/feed/', "import '../sync/wall-cycle.ts';", 'src/server/sync/wall-cycle.ts'],
  ['imports-lead-somewhere', 'src/server/feed/', "import './no-such-file.ts';"],
];

/** Writes the offending files into the copy; gives the wall that each must run into. */
function breakAll(copy) {
  const expected = new Map();
  for (const [index, [wall, place, line, target]] of breaks.entries()) {
    const file = `${place}wall-${index}.ts`;
    write(join(copy, file), `${line}\nexport const broken = ${index};\n`);
    if (target !== undefined && !existsSync(join(copy, target))) {
      const back = wall === 'no-cycles' ? `import '../feed/wall-${index}.ts';\n` : '';
      write(join(copy, target), `${back}export const target = 1;\nexport type A = 1;\nexport type F = 1;\n`);
    }
    expected.set(file, wall);
  }
  return expected;
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function listCode(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs|cjs|js)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

const copy = mkdtempSync(join(tmpdir(), 'kanade-walls-'));
try {
  // A package of its own inside a room (the peers of the benchmarks) brings its packages along when it is installed.
  const isOurs = (path) => basename(path) !== 'node_modules';
  for (const room of rooms) cpSync(join(root, room), join(copy, room), { recursive: true, filter: isOurs });
  for (const file of ['tsconfig.base.json', 'package.json']) cpSync(join(root, file), join(copy, file));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const ours = new Set(
    rooms.flatMap((room) => listCode(join(copy, room))).map((file) => relative(copy, file).replaceAll('\\', '/')),
  );
  const expected = breakAll(copy);

  process.chdir(copy);
  const { forbidden, options } = config;
  const { output } = await cruise(
    rooms,
    { ...options, preserveSymlinks: true, validate: true, ruleSet: { forbidden }, outputType: undefined },
    { ...options.enhancedResolveOptions, symlinks: false },
    { tsConfig: extractTSConfig('tsconfig.base.json') },
  );
  report(output, ours, expected);
} finally {
  process.chdir(root);
  rmSync(copy, { recursive: true, force: true });
}

function report({ modules, summary }, ours, expected) {
  const seen = new Set(modules.map((module) => module.source));
  const unseen = [...ours].filter((file) => !seen.has(file) && !new RegExp(config.options.exclude.path).test(file));
  const comments = new Map(config.forbidden.map((rule) => [rule.name, rule.comment]));
  const stopped = new Set();
  let faults = 0;
  for (const { from, to, rule, cycle } of summary.violations) {
    if (expected.get(from) === rule.name) stopped.add(from);
    // Only what is in the real tree is a fault; what was added for the proof is named wall-….
    if (![...ours].includes(from) || /\/(9999-)?wall-/.test(to)) continue;
    faults += 1;
    const way = cycle === undefined ? to : cycle.map((step) => step.name).join(' -> ');
    console.error(`${rule.name}: ${from} -> ${way}\n    ${comments.get(rule.name)}`);
  }
  const holes = [...expected].filter(([file]) => !stopped.has(file));
  for (const [file, wall] of holes)
    console.error(
      `hole in the wall ${wall}: ${breaks[Number(/wall-(\d+)/.exec(file)[1])][2]} in ${file} was not stopped`,
    );
  const unproven = config.forbidden.filter((rule) => !breaks.some(([wall]) => wall === rule.name));
  for (const rule of unproven)
    console.error(`no proof for the wall ${rule.name}: add a line to scripts/prove-walls.mjs`);
  for (const file of unseen) console.error(`not seen by the wall check: ${file}`);
  if (faults + holes.length + unproven.length + unseen.length > 0) process.exitCode = 1;
  else
    console.log(
      `walls: ${config.forbidden.length} hold and were each proven (${expected.size} breaks stopped); ${ours.size} files seen`,
    );
}
