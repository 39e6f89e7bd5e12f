/** Files of settings as systemd reads them, and what is surely a mistake in them. */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseEnvFile, quoted } from '../../scripts/deploy/env-file/env-file.js';
import { temporaryFolder } from '../support/files/temporary-folder.ts';
import { createRandom } from '../support/random.ts';

const root = join(import.meta.dirname, '../..');
const parse = (text: string) => parseEnvFile(Buffer.from(text));
const valuesOf = (text: string) => new Map(parse(text).settings.map(({ name, value }) => [name, value]));

/** systemd's own reader of such files. */
interface SystemdReader {
  readonly version: number;
  read(path: string): ReadonlyMap<string, string> | 'refused';
}

/** It is in a library of systemd's own; `undefined` where systemd is not installed. */
function systemdReader(): SystemdReader | undefined {
  const folders = readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'systemd'));
  const libraries = [...folders, '/usr/lib/systemd'].flatMap((folder) => {
    try {
      return readdirSync(folder).map((name) => join(folder, name));
    } catch {
      return [];
    }
  });
  const path = libraries.find((file) => /libsystemd-shared-\d+.*\.so$/.test(file));
  if (path === undefined) return undefined;
  try {
    const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi');
    const library = koffi.load(path);
    const load = library.func('int load_env_file(void *file, const char *path, _Out_ void **list)');
    const clean = library.func('void *strv_env_clean_with_callback(void *list, void *callback, void *data)');
    const read = (file: string) => {
      const list: unknown[] = [null];
      if (load(null, file, list) < 0) return 'refused';
      const cleaned: unknown = list[0] === null ? null : clean(list[0], null, null);
      const found = new Map<string, string>();
      for (let i = 0; cleaned !== null; i += 1) {
        const line: string | null = koffi.decode(cleaned, i * 8, 'char *');
        if (line === null) break;
        const at = line.indexOf('=');
        found.set(line.slice(0, at), line.slice(at + 1));
      }
      return found;
    };
    return { version: Number(/shared-(\d+)/.exec(path)?.[1]), read };
  } catch {
    // Another version has other functions.
    return undefined;
  }
}

const systemd = systemdReader();
const PIECES = [
  'A',
  'B',
  '=',
  'A=',
  '\n',
  '\n#',
  ' ',
  '\t',
  '"',
  "'",
  '\\',
  '#',
  ';',
  '$',
  '`',
  '\r',
  'é',
  'export ',
] as const;
/** From this version on, a comment ends with its line also behind a backslash. */
const COMMENTS_END = 254;

const CASES: ReadonlyArray<readonly [string, Readonly<Record<string, string>>, readonly string[]]> = [
  ['A=1\nB=two words \n', { A: '1', B: 'two words' }, []],
  ['# A=1\n; B=1\n\n  C = 3\r\nD=4', { C: '3', D: '4' }, []],
  ['A="one \\"two\\" \\$x \\n"\nB=\'a "b" \\\'\n', { A: 'one "two" $x \\n', B: 'a "b" \\' }, []],
  ['A=a\\\n  b\n', { A: 'a  b' }, []],
  ['A=http://h/#x\nB=a#b\nC=a;b\n', { A: 'http://h/#x', B: 'a#b', C: 'a;b' }, []],
  ['A=\nB=""\n', { A: '', B: '' }, []],
  ['A=x # comment\n', { A: 'x # comment' }, ['1 the comment behind A is part of its value']],
  ['A= # comment\n', { A: '# comment' }, ['1 the comment behind A']],
  ['A="x" # comment\n', { A: 'x# comment' }, ['1 the comment behind A']],
  ["\nA='x';comment\n", { A: 'x;comment' }, ['2 the comment behind A']],
  ['A="x"y\n', { A: 'xy' }, ['1 text stands outside of the quotes of A']],
  ['export A=1\nB=2\n', { B: '2' }, ['1 "export" belongs to the shell, and systemd ignores the line: write A=']],
  ['A B=1\nA-B=1\n1A=1\nnothing\n', {}, ['1 this is not', '2 this is not', '3 this is not', '4 this is not']],
  ['\uFEFFA=1\nB=2\n', { B: '2' }, ['1 this is not NAME=VALUE']],
  ['A="x\nB=1\n', { A: 'x\nB=1\n' }, ['1 the quote of A does not end']],
  ["A='x\nB='y\n", { A: 'x\nB=y' }, ['1 the value of A reaches from line 1 to line 2']],
  ['A=a\u0007b\n', { A: 'a\u0007b' }, ['1 A holds an invisible character']],
  ['A=1\nA=2\n', { A: '2' }, []],
];

describe('a file of settings', () => {
  test.each(CASES)('%j is read as systemd does, and its mistakes are named', async (text, values, faults) => {
    expect(Object.fromEntries(valuesOf(text))).toEqual(values);
    const named = parse(text).faults.map(({ line, sentence }) => `${line} ${sentence}`);
    expect(named).toHaveLength(faults.length);
    for (const [i, start] of faults.entries()) expect(named[i]?.startsWith(start), named[i]).toBe(true);
    if (systemd === undefined) return;
    const path = join(await temporaryFolder(), 'env');
    writeFileSync(path, text);
    expect(systemd.read(path)).toEqual(new Map(Object.entries(values)));
  });

  test.each([
    ['a value in another encoding', Buffer.from('A=1\nB=\xe9\n', 'latin1'), 2],
    ['a name in another encoding', Buffer.from('\xe9=1\nB=1\n', 'latin1'), 1],
    ['a zero byte', Buffer.from('A=1\n#\nB=\0\n'), 3],
  ])('with %s is ignored as a whole', async (_what, bytes, line) => {
    expect(parseEnvFile(bytes)).toMatchObject({ settings: [], faults: [{ line }] });
    const path = join(await temporaryFolder(), 'env');
    writeFileSync(path, bytes);
    if (systemd !== undefined) expect(systemd.read(path)).toBe('refused');
  });

  test('may have comments in another encoding', () => {
    expect(parseEnvFile(Buffer.from('# \xe9\nA=1\n', 'latin1'))).toMatchObject({
      settings: [{ name: 'A' }],
      faults: [],
    });
  });

  test('a comment that ends in a backslash is named, since versions differ', () => {
    expect(parse('# C:\\\nA=1\nB=2\n').faults).toMatchObject([{ line: 1 }]);
  });

  test('no mistake quotes a value', () => {
    const secret = 'A="SECRET\nexport B=SECRET\nSECRET SECRET\nC="SECRET" # SECRET\nD=SECRET # SECRET\n';
    expect(JSON.stringify(parse(secret).faults)).not.toContain('SECRET');
  });

  test.skipIf(systemd === undefined)(
    'of any characters is read as systemd does (systemd is not installed)',
    async () => {
      const path = join(await temporaryFolder(), 'env');
      const random = createRandom(28);
      for (let round = 0; round < 3000; round += 1) {
        const text = Array.from({ length: random.below(24) }, () => random.pick(PIECES)).join('');
        if (systemd !== undefined && systemd.version >= COMMENTS_END && /\\\n/.test(text)) continue;
        writeFileSync(path, text);
        expect(systemd?.read(path), JSON.stringify(text)).toEqual(valuesOf(text));
      }
    },
  );
});

describe('a setting that deploy.sh writes', () => {
  const lines = join(root, 'scripts/deploy/checks/env-file-lines.js');
  const VALUES = ['plain', '', 'http://u:p@h:1/#x', ' two  words ', 'a "b" \\ $c `d`', "it's", 'a # b', 'ä;ö', 'x\ny'];

  test.each(VALUES)('%j is read back, in place of earlier ones', async (value) => {
    const path = join(await temporaryFolder(), 'env');
    writeFileSync(path, '# first\nA=0\nNAME=old\n NAME = "older\nlines"\nB=1');
    const text = execFileSync(process.execPath, [lines, path, 'set', 'NAME'], { input: value, encoding: 'utf8' });
    expect(text).toMatch(/^# first\nA=0\nB=1\nNAME=.*\n$/s);
    expect(valuesOf(text).get('NAME')).toBe(value);
    expect(valuesOf(`NAME=${quoted(value)}`).get('NAME')).toBe(value);
    writeFileSync(path, text);
    const read = execFileSync(process.execPath, [lines, path], { encoding: 'utf8' });
    expect(read.split('\0')).toEqual(['A', '0', 'B', '1', 'NAME', value, '']);
    if (systemd !== undefined)
      expect(systemd.read(path)).toEqual(
        new Map([
          ['A', '0'],
          ['B', '1'],
          ['NAME', value],
        ]),
      );
  });
});
