// Prints the modules of src/, their size and who imports whom, and fails on a cycle or a forbidden import.
// Usage: npm run layout [-- --json]
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

const STATIC = /^(?:import|export)\s+(type\s+)?(?:([^'";]*?)\s+from\s+)?'([^']+)'/gm;
const LAZY = /\bimport\(\s*'([^']+)'\s*\)/g;

/** Most files directly in one folder. */
export const MOST_FILES = 12;

/** What each program and library may import beside itself. `demo` alone puts programs together. */
const PROGRAM = ['core', 'markup', 'queue', 'storage', 'shared'];
const TOP = {
  core: [],
  markup: ['core'],
  shared: ['core'],
  queue: ['core', 'shared'],
  storage: ['core', 'queue', 'shared'],
  bot: PROGRAM,
  runner: PROGRAM,
  actor: PROGRAM,
  web: PROGRAM,
  sandbox: PROGRAM,
  demo: [...PROGRAM, 'bot', 'sandbox'],
};

/** What each module of the bot may import of the bot's other modules, types included. `bot/*.ts` and `cli` build the rest. */
const BOT = {
  alerts: ['api', 'delivery', 'events', 'rules', 'telegram'],
  api: [],
  bots: ['chat', 'events', 'telegram'],
  chat: ['alerts', 'destinations', 'events', 'intake', 'links', 'people', 'rules', 'scripts', 'telegram'],
  delivery: ['api', 'events', 'people', 'telegram'],
  destinations: ['api', 'events', 'links'],
  events: [],
  intake: ['api', 'delivery', 'events', 'people', 'telegram'],
  links: ['api', 'events'],
  monitoring: ['api', 'events', 'telegram'],
  people: ['api', 'delivery', 'events', 'telegram'],
  queries: ['api', 'events', 'scripts', 'telegram'],
  questions: ['api', 'delivery', 'events'],
  rotations: ['api', 'rules'],
  routing: ['api'],
  rules: ['api'],
  runners: ['api'],
  scripts: ['events', 'links'],
  telegram: [],
};

/** The same inside the dashboard; `root` stands for the files of `web/` itself. */
const WEB = {
  bot: [],
  browser: ['root'],
  cli: [],
  events: ['bot', 'sessions'],
  guard: ['root'],
  ingest: ['guard', 'machines', 'root'],
  listen: ['root'],
  login: ['guard', 'listen', 'machines', 'root', 'sessions'],
  machines: [],
  pages: ['bot', 'root', 'sessions'],
  routes: ['bot', 'events', 'guard', 'listen', 'login', 'pages', 'root', 'sessions'],
  sessions: ['root'],
};

/** The same inside the runner; `root` stands for its settings and the types that all its modules share. */
const RUNNER = {
  cli: ['delivery', 'execution', 'policy', 'root', 'scripts', 'state', 'text'],
  execution: ['delivery', 'policy', 'root', 'scripts', 'state', 'text'],
  delivery: ['root', 'state', 'text'],
  policy: ['root'],
  scripts: ['root', 'text'],
  state: ['root'],
  text: ['root'],
};

/** Folders, or files by the start of their path, of which some importers may use only the files named here. */
const ENTRANCES = [
  { folder: 'queue/', importer: 'storage/', allowed: ['queue/ports.ts'] },
  {
    folder: 'storage/',
    importer: '',
    allowed: ['storage/ports.ts', 'storage/open-storage.ts'],
  },
  { folder: 'storage/files/', importer: 'storage/ports', allowed: [] },
  // The module `delivery` alone reads and writes pending files.
  { folder: 'runner/delivery/pending-', importer: 'runner/cli/', allowed: ['runner/delivery/pending-folder.ts'] },
  { folder: 'runner/delivery/pending-', importer: 'runner/execution/', allowed: [] },
];

/** Files outside of src/ that a module may import: what deployment does before anything is built. */
const OUTSIDE = { '../scripts/deploy/env-file/env-file.js': ['bot/cli'] };

/** Packages that only these modules may import. */
const PACKAGES = { grammy: ['bot/telegram', 'bot/chat'], '@grammyjs': ['bot/telegram', 'bot/chat'] };

/** Where the service starts, and packages that only a service with rules of alerts loads: a start would wait for them. */
const START = 'bot/app.ts';
const AFTER_START = ['yaml', 'liquidjs', '@marcbachmann/cel-js'];

/** Imports that a rule forbids and a reason allows: the command `notify-bot demo` loads the demo when it is asked for. */
const EXCEPTIONS = [{ from: 'bot/cli/program.ts', to: 'demo/demo.ts', lazy: true }];

/** `import { type A, type B }` is as type-only as `import type { A, B }`. */
function onlyTypes(names) {
  const inner = /^\{([\s\S]*)\}$/.exec(names?.trim() ?? '')?.[1];
  if (inner === undefined) return false;
  const listed = inner.split(',').filter((name) => name.trim() !== '');
  return listed.length > 0 && listed.every((name) => /^\s*type\s/.test(name));
}

/** The imports of one file. `to` is a file of ours, or undefined for a package. */
export function importsOf(from, text) {
  const make = (specifier, typeOnly, lazy) => {
    const to = specifier.startsWith('.') ? relative(SRC, join(SRC, dirname(from), specifier)) : undefined;
    return { from, specifier, to, typeOnly, lazy };
  };
  return [
    ...[...text.matchAll(STATIC)].map(([, type, names, specifier = '']) =>
      make(specifier, type !== undefined || onlyTypes(names), false),
    ),
    ...[...text.matchAll(LAZY)].map(([, specifier = '']) => make(specifier, false, true)),
  ];
}

const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

/** Every source file with its text, less comments, and its length in lines. */
export function readSources() {
  const names = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return names.sort().map((name) => {
    const text = readFileSync(join(SRC, name), 'utf8');
    return { name, text: withoutComments(text), lines: text.trimEnd().split('\n').length };
  });
}

/** The first folder of a path below src/, or two of them inside the bot. */
export const topOf = (file) => file.split('/')[0] ?? '';

/** The folder a file is in, at most two deep: `bot/api`, `queue`. */
export function moduleOf(file) {
  const folders = file.split('/').slice(0, -1);
  return folders.slice(0, 2).join('/') || topOf(file);
}

const shown = ({ from, specifier }) => `${from} imports ${specifier}`;

/** Imports between programs and libraries that go the wrong way. */
function wrongWay(imports) {
  return imports.filter(({ from, to, lazy }) => {
    if (to === undefined || topOf(to) === topOf(from)) return false;
    if (EXCEPTIONS.some((one) => one.from === from && one.to === to && one.lazy === lazy)) return false;
    return !(TOP[topOf(from)] ?? []).includes(topOf(to));
  });
}

/** Rings of files that load each other; imports of types alone don't count. */
function rings(names, imports) {
  const graph = new Map(names.map((name) => [name, []]));
  for (const { from, to, typeOnly } of imports) if (to !== undefined && !typeOnly) graph.get(from)?.push(to);
  const done = new Set();
  const found = [];
  const visit = (file, path) => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file) || path.includes(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const name of names) visit(name, []);
  return found;
}

const isMain = (file) => /(^|\/|-)main\.ts$/.test(file);

/** Files that touch the environment, signals or the exit status, and are neither a main file nor imported by main files alone. */
function processTouchers(sources, imports) {
  const touching = sources.filter(({ text }) => /\bprocess\.(env|exit|exitCode|on|once|argv)\b/.test(text));
  const importers = (file) => imports.filter(({ to }) => to === file).map(({ from }) => from);
  const ofMainsOnly = (name) => importers(name).length > 0 && importers(name).every(isMain);
  return touching.map(({ name }) => name).filter((name) => !isMain(name) && !ofMainsOnly(name));
}

/** Imports between the modules of one program that its table doesn't list. */
function inside(program, table, imports) {
  const within = (file) => (/\//.test(file.slice(program.length + 1)) ? file.split('/')[1] : 'root');
  return imports.filter(({ from, to = '' }) => {
    if (topOf(from) !== program || topOf(to) !== program || within(from) === within(to)) return false;
    const allowed = table[within(from)];
    return allowed !== undefined && !allowed.includes(within(to));
  });
}

/** Imports that pass by an entrance. */
function pastEntrances(imports) {
  return imports.filter(({ from, to = '' }) =>
    ENTRANCES.some(
      ({ folder, importer, allowed }) =>
        from.startsWith(importer) && to.startsWith(folder) && !from.startsWith(folder) && !allowed.includes(to),
    ),
  );
}

function strangePackages(imports) {
  return imports.filter(({ from, specifier, to }) => {
    const allowed = to === undefined ? PACKAGES[specifier.split('/')[0]] : undefined;
    return allowed !== undefined && !allowed.includes(moduleOf(from));
  });
}

/** Imports that load a package with the start of the service. */
function tooEarly(imports) {
  const now = imports.filter(({ typeOnly, lazy }) => !typeOnly && !lazy);
  const loaded = new Set([START]);
  for (const file of loaded) for (const { from, to } of now) if (from === file && to !== undefined) loaded.add(to);
  return now.filter(({ from, specifier }) => loaded.has(from) && AFTER_START.includes(specifier));
}

/** What breaks a rule, a line each; none where all is well. */
export function violations(sources) {
  const imports = sources.flatMap(({ name, text }) => importsOf(name, text));
  const names = sources.map(({ name }) => name);
  const isOutside = ({ from, to }) => OUTSIDE[to]?.includes(moduleOf(from)) === true;
  const missing = imports.filter((one) => one.to !== undefined && !names.includes(one.to) && !isOutside(one));
  const folders = grouped(names);
  return [
    ...missing.map((one) => `${shown(one)}, which is not there`),
    ...wrongWay(imports.filter((one) => !isOutside(one))).map((one) => `${shown(one)}, which is not below it`),
    ...[...inside('bot', BOT, imports), ...inside('web', WEB, imports), ...inside('runner', RUNNER, imports)].map(
      (one) => `${shown(one)}, a module it must not know`,
    ),
    ...pastEntrances(imports).map((one) => `${shown(one)}, which is not a way in`),
    ...strangePackages(imports).map((one) => `${shown(one)}, a package of other modules`),
    ...tooEarly(imports).map((one) => `${shown(one)}, which the start of the service would load`),
    ...processTouchers(sources, imports).map((name) => `${name} touches the process, which main files do`),
    ...rings(names, imports).map((ring) => `a cycle: ${ring}`),
    ...[...folders]
      .filter(([, files]) => files.length > MOST_FILES)
      .map(([folder, files]) => `${folder} has ${files.length} files side by side, at most ${MOST_FILES} are allowed`),
  ];
}

function grouped(names) {
  const folders = new Map();
  for (const name of names) folders.set(dirname(name), [...(folders.get(dirname(name)) ?? []), name]);
  return folders;
}

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;

/** The modules with their size and what they import of others. */
export function overview(sources) {
  const modules = new Map();
  for (const { name, text, lines } of sources) {
    const one = modules.get(moduleOf(name)) ?? { files: 0, atRoot: 0, lines: [], imports: new Set() };
    modules.set(moduleOf(name), one);
    one.files += 1;
    one.lines.push(lines);
    if (dirname(name) === moduleOf(name)) one.atRoot += 1;
    for (const { to } of importsOf(name, text)) {
      if (to !== undefined && !to.startsWith('..') && moduleOf(to) !== moduleOf(name)) one.imports.add(moduleOf(to));
    }
  }
  return [...modules]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([module, { files, atRoot, lines, imports }]) => {
      const sorted = lines.sort((a, b) => a - b);
      return {
        module,
        files,
        at_root: atRoot,
        lines: sorted.reduce((sum, n) => sum + n, 0),
        median: quantile(sorted, 0.5),
        longest: sorted.at(-1) ?? 0,
        imports: [...imports].sort(),
      };
    });
}

function print(sources, wrong) {
  const rows = overview(sources).map((one) => [
    one.module,
    String(one.files),
    String(one.at_root),
    String(one.lines),
    String(one.median),
    String(one.longest),
    one.imports.join(' '),
  ]);
  const table = [['module', 'files', 'at root', 'lines', 'median', 'longest', 'imports'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table) {
    console.log(
      row
        .map((text, column) =>
          column === 0 || column === 6 ? text.padEnd(column === 6 ? 0 : widths[0]) : text.padStart(widths[column]),
        )
        .join('  '),
    );
  }
  const lengths = sources.map(({ lines }) => lines).sort((a, b) => a - b);
  console.log(
    `\n${lengths.length} files, ${lengths.reduce((sum, n) => sum + n, 0)} lines; a file's median ${quantile(lengths, 0.5)} lines, 90 % have at most ${quantile(lengths, 0.9)}, the longest ${lengths.at(-1)}.`,
  );
  console.log(wrong.length === 0 ? 'No cycle, no forbidden import.' : `\n${wrong.join('\n')}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sources = readSources();
  const wrong = violations(sources);
  if (process.argv.includes('--json'))
    console.log(JSON.stringify({ modules: overview(sources), violations: wrong }, null, 2));
  else print(sources, wrong);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
