/** Holds docs/architecture.md's rules over who may import whom, by reading every import line of the source. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const src = join(import.meta.dirname, '../src');

interface Import {
  /** The file it stands in, such as `bot/app.ts`. */
  readonly from: string;
  /** As written. */
  readonly specifier: string;
  /** A file of ours, or `undefined` for a package. */
  readonly to: string | undefined;
  /** Gone after compiling. */
  readonly typeOnly: boolean;
  /** Loaded when it is reached: `import('…')`. */
  readonly lazy: boolean;
}

const STATIC = /^(?:import|export)\s+(type\s+)?(?:([^'";]*?)\s+from\s+)?'([^']+)'/gm;
const LAZY = /\bimport\(\s*'([^']+)'\s*\)/g;

/** `import { type A, type B }` is as type-only as `import type { A, B }`. */
function onlyTypes(names: string | undefined): boolean {
  const inner = /^\{([\s\S]*)\}$/.exec(names?.trim() ?? '')?.[1];
  if (inner === undefined) return false;
  const listed = inner.split(',').filter((name) => name.trim() !== '');
  return listed.length > 0 && listed.every((name) => /^\s*type\s/.test(name));
}

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort();
const sources = new Map(files.map((name) => [name, withoutComments(readFileSync(join(src, name), 'utf8'))]));

function importsOf(from: string, text: string): Import[] {
  const make = (specifier: string, typeOnly: boolean, lazy: boolean): Import => {
    const to = specifier.startsWith('.') ? relative(src, join(src, dirname(from), specifier)) : undefined;
    return { from, specifier, to, typeOnly, lazy };
  };
  return [
    ...[...text.matchAll(STATIC)].map(([, type, names, specifier = '']) =>
      make(specifier, type !== undefined || onlyTypes(names), false),
    ),
    ...[...text.matchAll(LAZY)].map(([, specifier = '']) => make(specifier, false, true)),
  ];
}

const imports = [...sources].flatMap(([from, text]) => importsOf(from, text));
const roomOf = (file: string) => file.split('/')[0] ?? '';
/** A room of the bot's, such as `outbox`; empty for files beside the rooms. */
const innerRoomOf = (file: string) => /^bot\/([^/]+)\//.exec(file)?.[1] ?? '';
const shown = ({ from, specifier }: Import) => `${from} imports ${specifier}`;

test('there is something to hold the rules over', () => {
  expect(files.length).toBeGreaterThan(100);
  expect(imports.length).toBeGreaterThan(300);
  expect(imports).toContainEqual(
    expect.objectContaining({ from: 'bot/main.ts', to: 'bot/cli/program.ts', typeOnly: false }),
  );
  expect(imports.some(({ lazy }) => lazy)).toBe(true);
  expect(
    importsOf(
      'a/b.ts',
      "import { type C, type D } from '../c.ts';\nexport type { E } from './e.ts';\nimport x, { type Y } from 'y';",
    ),
  ).toEqual([
    { from: 'a/b.ts', specifier: '../c.ts', to: 'c.ts', typeOnly: true, lazy: false },
    { from: 'a/b.ts', specifier: './e.ts', to: 'a/e.ts', typeOnly: true, lazy: false },
    { from: 'a/b.ts', specifier: 'y', to: undefined, typeOnly: false, lazy: false },
  ]);
});

test('every import of our own names a file that is there, with its ending', () => {
  expect(imports.filter(({ to }) => to !== undefined && !existsSync(join(src, to))).map(shown)).toEqual([]);
});

test('Node’s own modules are imported as such', () => {
  const bare = imports.filter(({ specifier }) => builtinModules.includes(specifier.split('/')[0] ?? ''));
  expect(bare.filter(({ specifier }) => !specifier.startsWith('node:')).map(shown)).toEqual([]);
});

describe('between rooms imports run one way', () => {
  const MAY: Readonly<Record<string, readonly string[]>> = { demo: ['shared', 'bot', 'sandbox'], shared: [] };

  test('each room imports shared, and none another; the demo alone puts bot and sandbox together', () => {
    const strangers = imports.filter(({ from, to, lazy }) => {
      if (to === undefined || roomOf(to) === roomOf(from)) return false;
      // The command `notify-bot demo` loads the demo when it is asked for.
      if (from === 'bot/cli/program.ts' && to === 'demo/demo.ts' && lazy) return false;
      return !(MAY[roomOf(from)] ?? ['shared']).includes(roomOf(to));
    });
    expect(strangers.map(shown)).toEqual([]);
  });
});

describe('inside the bot', () => {
  const inBot = imports.filter(({ from }) => roomOf(from) === 'bot');

  test('grammY stays in telegram and commands', () => {
    const grammy = imports.filter(({ specifier }) => /^@?grammy/.test(specifier));
    expect(grammy.length).toBeGreaterThan(5);
    expect(grammy.filter(({ from }) => !/^bot\/(telegram|commands)\//.test(from)).map(shown)).toEqual([]);
  });

  test.each([
    ['outbox', ['telegram', 'commands', 'links', 'scripts', 'cli']],
    ['links', ['telegram', 'commands', 'outbox', 'scripts', 'api', 'cli']],
    ['scripts', ['telegram', 'commands', 'outbox', 'links', 'api', 'cli']],
    ['api', ['telegram', 'commands', 'outbox', 'links', 'scripts', 'cli']],
    ['telegram', ['commands', 'links', 'scripts', 'api', 'cli']],
    ['commands', ['cli']],
  ])('%s knows nothing of %j', (room, others) => {
    const own = inBot.filter(({ from }) => innerRoomOf(from) === room);
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ to }) => to !== undefined && others.includes(innerRoomOf(to))).map(shown)).toEqual([]);
  });

  test('what the outbox takes of other rooms is types alone', () => {
    const own = inBot.filter(({ from, to }) => innerRoomOf(from) === 'outbox' && to !== undefined);
    const running = own.filter(
      ({ to, typeOnly }) => !typeOnly && roomOf(to ?? '') === 'bot' && innerRoomOf(to ?? '') !== 'outbox',
    );
    expect(running.map(shown)).toEqual([]);
  });

  test('no room imports the file that builds them all', () => {
    const inside = inBot.filter(({ from, to }) => to === 'bot/app.ts' && !['', 'cli'].includes(innerRoomOf(from)));
    expect(inside.map(shown)).toEqual([]);
  });
});

describe('inside the dashboard', () => {
  const roomIn = (file: string) => /^web\/([^/]+)\//.exec(file)?.[1] ?? '';
  const own = imports.filter(({ from, to }) => roomOf(from) === 'web' && to !== undefined);
  const strangersOf = (room: string, allowed: readonly string[]) =>
    own
      .filter(
        ({ from, to }) => roomIn(from) === room && roomOf(to ?? '') === 'web' && !allowed.includes(roomIn(to ?? '')),
      )
      .map(shown);

  test('what browsers get knows nothing of the server but its words', () => {
    const browser = own.filter(({ from }) => roomIn(from) === 'browser');
    expect(browser.length).toBeGreaterThan(10);
    expect(browser.filter(({ to = '' }) => roomIn(to) !== 'browser' && to !== 'web/strings.ts').map(shown)).toEqual([]);
  });

  test('pages write and nothing else; sessions and the bot’s socket know no page', () => {
    const values = strangersOf('pages', ['pages', '']).filter((line) => !/shapes|session\.ts|bot\/bot\.ts/.test(line));
    expect(values).toEqual([]);
    expect(strangersOf('bot', ['bot'])).toEqual([]);
    expect(strangersOf('events', ['events', 'bot', 'sessions'])).toEqual([]);
  });
});

test('environment, exit and signals stay in main files, and in what main files alone import', () => {
  const isMain = (file: string) => /(^|\/|-)main\.ts$/.test(file);
  const touching = [...sources].filter(([, text]) => /\bprocess\.(env|exit|exitCode|on|once|argv)\b/.test(text));
  expect(touching.map(([name]) => name)).toContain('bot/main.ts');
  const importers = (file: string) => imports.filter(({ to }) => to === file).map(({ from }) => from);
  const strangers = touching.map(([name]) => name).filter((name) => !isMain(name) && !importers(name).every(isMain));
  expect(strangers).toEqual([]);
});

test('no files import each other in a ring, types aside', () => {
  const graph = new Map<string, string[]>(files.map((name) => [name, []]));
  for (const { from, to, typeOnly } of imports) if (to !== undefined && !typeOnly) graph.get(from)?.push(to);
  const done = new Set<string>();
  const rings: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) rings.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file) || path.includes(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(rings).toEqual([]);
});
