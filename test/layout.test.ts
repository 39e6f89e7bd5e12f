/** Holds the import rules of docs/architecture.md over every source file; the rules are in scripts/dev/layout.js. */
import { builtinModules } from 'node:module';
import { expect, test } from 'vitest';
import { importsOf, readSources, violations } from '../scripts/dev/layout.js';

const sources = readSources();
const imports = sources.flatMap(({ name, text }) => importsOf(name, text));
const source = (name: string, text: string) => ({ name, text, lines: 1 });

test('every import of the source is read', () => {
  expect(sources.length).toBeGreaterThan(100);
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

test('nothing breaks a rule', () => {
  expect(violations(sources)).toEqual([]);
});

test.each([
  ['a program that imports another', [source('web/a.ts', "import '../bot/b.ts';"), source('bot/b.ts', '')]],
  ['the core importing anything', [source('core/a.ts', "import '../shared/b.ts';"), source('shared/b.ts', '')]],
  [
    'a module of the bot that must not know another',
    [source('bot/telegram/a.ts', "import '../chat/b.ts';"), source('bot/chat/b.ts', '')],
  ],
  [
    'a module of the runner that must not know another',
    [source('runner/text/a.ts', "import '../delivery/b.ts';"), source('runner/delivery/b.ts', '')],
  ],
  [
    'a pending file in other hands than those of the delivery',
    [
      source('runner/cli/a.ts', "import '../delivery/pending-files.ts';"),
      source('runner/delivery/pending-files.ts', ''),
    ],
  ],
  ['grammY outside of its modules', [source('bot/api/a.ts', "import { Bot } from 'grammy';")]],
  [
    'a package that the start of the service loads',
    [
      source('bot/app.ts', "import './rules/a.ts';\nimport('./rules/c.ts');\nimport type { D } from 'yaml';"),
      source('bot/rules/a.ts', "import './b.ts';"),
      source('bot/rules/b.ts', "import { Liquid } from 'liquidjs';"),
      source('bot/rules/c.ts', "import { parse } from 'yaml';"),
    ],
  ],
  ['a file that is not there', [source('core/a.ts', "import './gone.ts';")]],
  ['a cycle', [source('core/a.ts', "import './b.ts';"), source('core/b.ts', "import './a.ts';")]],
  ['the environment outside of a main file', [source('core/a.ts', 'console.log(process.env.HOME);')]],
  ['a folder with too many files', Array.from({ length: 13 }, (_, i) => source(`core/${i}.ts`, ''))],
])('%s is found', (_, wrong) => {
  expect(violations(wrong)).toHaveLength(1);
});

test('Node’s own modules are imported as such', () => {
  const bare = imports.filter(({ specifier }) => builtinModules.includes(specifier.split('/')[0] ?? ''));
  expect(bare.filter(({ specifier }) => !specifier.startsWith('node:'))).toEqual([]);
});
