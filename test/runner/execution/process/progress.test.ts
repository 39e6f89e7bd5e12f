import { describe, expect, test } from 'vitest';
import { execute } from '../../../../src/runner/execution/process/execute.ts';
import { createJsonLines } from '../../../../src/runner/execution/process/json-lines.ts';
import { createOutputLines } from '../../../../src/runner/execution/process/output-lines.ts';
import { createProgress } from '../../../../src/runner/execution/process/progress.ts';
import { createPipeSupply } from '../../../../src/runner/execution/process/shell-pipe.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';
import { waitFor } from '../../../support/wait-for.ts';

/** The lines of a text that comes in chunks of some bytes. */
function linesOf(text: string, chunkBytes = 1): readonly string[] {
  const lines: string[] = [];
  const output = createOutputLines(createJsonLines(), (line) => lines.push(line));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) output.add(bytes.subarray(at, at + chunkBytes));
  const rest = output.unfinished();
  return rest === undefined ? lines : [...lines, rest];
}

describe('the lines of an output', () => {
  test.each<[string, string, readonly string[]]>([
    ['words', 'one\ntwo', ['one', 'two']],
    ['empty lines', '\n  \none\n\n', ['one']],
    ['characters of several bytes', 'é😀\n日本', ['é😀', '日本']],
    ['colours', '\u001b[1;32mdone\u001b[0m\n', ['done']],
    ['a bar that is drawn again and again', '10%\r20%\r30%', ['30%']],
    ['lines as Windows ends them', 'one\r\ntwo\r\n', ['one', 'two']],
    ['an object on a line', 'a\n{"notify": false}\nb\n', ['a', 'b']],
    ['an object that has not ended', 'a\n{"notify": fal', ['a']],
    ['an object over several lines', 'a\n{\n  "x": [1,\n 2],\n  "s": "}]{"\n}\nb\n', ['a', 'b']],
    ['a list over several lines', '[\n  {"x": 1},\n  {"y": "\\"]"}\n]\nb\n', ['b']],
    [
      'words in brackets',
      '[INFO] a\n[2026-01-30 12:00] b\n{see below}\n',
      ['[INFO] a', '[2026-01-30 12:00] b', '{see below}'],
    ],
    ['what Python prints of a dict', "{'a': 1}\nb\n", ["{'a': 1}", 'b']],
  ])('are words without JSON: %s', (_, text, lines) => {
    for (const bytes of [1, 7, 1000]) expect(linesOf(text, bytes)).toEqual(lines);
  });

  test('come back after JSON that never ends', () => {
    const endless = `{"a": [\n${'1,\n'.repeat(60_000)}`;
    expect(linesOf(`${endless}\nlast\nwords\n`, 4096)).toContain('words');
  });
});

describe('progress', () => {
  test('reports what is new', async () => {
    const reports: (readonly string[])[] = [];
    const progress = createProgress((lines) => reports.push(lines), 0);
    progress.add('stderr', Buffer.from('one\n'));
    progress.add('stdout', Buffer.from('{"notify": true}\ntwo\n'));
    await waitFor(() => reports.length === 1);
    progress.add('stdout', Buffer.from('{"notify": true}\n'));
    progress.add('stderr', Buffer.from('three'));
    await waitFor(() => reports.length === 2);
    expect(reports).toEqual([
      ['one', 'two'],
      ['one', 'two', 'three'],
    ]);
  });

  test('reports nothing after the end', async () => {
    const reports: (readonly string[])[] = [];
    const progress = createProgress((lines) => reports.push(lines), 0);
    progress.add('stderr', Buffer.from('one\n'));
    progress.end();
    progress.add('stderr', Buffer.from('two\n'));
    // Behind every timer that is due.
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(reports).toEqual([]);
  });
});

describe('a script that ends by SIGTERM', () => {
  const run = async (stop: AbortSignal) =>
    execute(
      { file: '/bin/sh', args: ['-c', 'kill -TERM $$'] },
      { cwd: await temporaryFolder(), environment: {}, timeout: 10_000, stop, pipes: createPipeSupply(1) },
    );

  test('was stopped where the runner is stopped too, whoever is told first', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 10);
    expect((await run(stop.signal)).failure).toEqual({ code: 'stopped' });
  });

  test('has failed otherwise', async () => {
    expect((await run(new AbortController().signal)).failure).toEqual({ code: 'signal', signal: 'SIGTERM' });
  });
});
