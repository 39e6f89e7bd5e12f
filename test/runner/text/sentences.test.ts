import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compose } from '../../../src/bot/telegram/render/compose.ts';
import { submitResultOf } from '../../../src/runner/delivery/bot-client.ts';
import { asSentence, continued, literal } from '../../../src/runner/text/failure-messages.ts';
import { createMachine, prints } from '../support/machine.ts';
import { answering, startScriptedBot } from '../support/scripted-bot.ts';

const quiet = prints({ notify: false });

test.each([
  ['exit code 3', 'Exit code 3.'],
  ['it printed more than 1 MB', 'It printed more than 1 MB.'],
  ['image_path: expected a path, found 3.', 'image_path: expected a path, found 3.'],
  ['php is not installed, or not in PATH (/bin).', 'php is not installed, or not in PATH (/bin).'],
  ['not done within 1m', 'Not done within 1m.'],
])('%j is told as %j', (reason, told) => {
  expect(asSentence(reason)).toBe(told);
});

test.each([
  ['It printed nothing.', 'it printed nothing.'],
  ['notify: expected true', 'notify: expected true'],
  ['The bot refused it: x', 'the bot refused it: x'],
])('%j goes on as %j behind a comma', (reason, goesOn) => {
  expect(continued(reason)).toBe(goesOn);
});

test.each([
  ['# notify: schedule: "99 * * * *" is not a cron schedule'],
  ['image_path: expected a path, found "*bold* _it_ __x__ ~~y~~ `z`".'],
  ["exit code 1 (KeyError: '<b>a</b> &amp; [x](https://example.org) C:\\dir')"],
  ['- a\n1. b\n2) c\n> d\n+ e'],
])('%j arrives as it is', (text) => {
  const { formatted } = compose({ text: literal(text), parseMode: 'Markdown' });
  expect(formatted.text).toBe(text);
  expect(formatted.entities).toEqual([]);
});

describe('config.json', () => {
  test.each([
    ['{\n  "tell_failures": true,\n}', 'config.json is passed over: it is not JSON from line 3, column 1 on.'],
    ['{"tell_failure": true, "x": 1}', 'config.json: "tell_failure", "x" is none of tell_failures, failure_quiet.'],
  ])('%s is said on one line', async (text, sentence) => {
    const machine = createMachine();
    machine.write('.notifications/config.json', text);
    machine.write('a.sh', quiet);
    const ran = await machine.runner();
    expect(ran).toMatchObject({ status: 1, out: '' });
    expect(ran.err).toMatch(/^notify-runner: [^\n]+\n$/);
    expect(ran.err).toContain(sentence);
  });
});

describe('a script', () => {
  test('with Windows line endings is told how to mend it', async () => {
    const machine = createMachine();
    const path = machine.write('a', '#!/bin/sh\r\necho 1\r\n', 0o755);
    const other = machine.write('b', '#!/usr/bin/env sh\r\necho 1\r\n', 0o755);
    const { err } = await machine.runner();
    expect(err).toContain(
      `a failed: its lines end as Windows has it, so that its interpreter is not found: sed -i 's/\\r$//' ${path}\n`,
    );
    expect(err).toContain(`sed -i 's/\\r$//' ${other}`);
  });

  test('whose name is not UTF-8 is named, not passed over in silence', async () => {
    const machine = createMachine();
    writeFileSync(
      Buffer.concat([Buffer.from(join(machine.scripts, 'f')), Buffer.from([0xe4]), Buffer.from('.sh')]),
      '',
    );
    const said = 'notify-runner: "f\uFFFD.sh" is passed over: its name is not UTF-8; rename it.\n';
    expect((await machine.runner(['list'])).err).toBe(said);
    expect((await machine.runner(['run', '-v'])).err).toBe(said);
    expect((await machine.runner()).err).toBe('');
  });

  test('with a schedule that never comes, or none, is an error in list too', async () => {
    const machine = createMachine();
    machine.write('a.sh', `# notify: schedule="0 0 30 2 *"\n`);
    machine.write('b.sh', `# notify: schedule="often"\n`);
    const rows: { error: string }[] = JSON.parse((await machine.runner(['list', '--json'])).out);
    expect(rows.map(({ error }) => error)).toEqual([
      '# notify: schedule: "0 0 30 2 *" never comes.',
      expect.stringContaining('"often" is not a cron schedule'),
    ]);
    expect((await machine.runner()).err).toContain('a.sh failed: # notify: schedule: "0 0 30 2 *" never comes.');
  });
});

test('a script that was misspelt is suggested', async () => {
  const machine = createMachine();
  machine.write('revenue.sh', quiet);
  expect((await machine.runner(['run', 'revenu'])).err).toBe(
    'notify-runner: There is no script "revenu"; did you mean revenue? notify-runner list shows what there is.\n',
  );
});

test('state files set aside within one second keep each their name', async () => {
  const machine = createMachine();
  await startScriptedBot(machine.socketPath);
  machine.write('a.sh', quiet);
  for (const _ of [1, 2, 3]) {
    machine.write('.notifications/state/a.json', 'broken');
    await machine.runner();
  }
  expect(machine.names('state').filter((name) => name.includes('unreadable'))).toHaveLength(3);
});

describe('what the bot says', () => {
  test('about a taken id is an error for send, and none for what is posted again', async () => {
    const machine = createMachine();
    const body = { error: 'This id was used for another message.', code: 'id_conflict' };
    await startScriptedBot(machine.socketPath, answering(409, body));
    expect(await machine.runner(['send', 'x'])).toEqual({
      status: 1,
      out: '',
      err: 'notify-runner: This id was used for another message.\n',
    });
    expect(submitResultOf({ status: 409, body })).toEqual({ kind: 'accepted', status: 'queued' });
  });

  test('reaches a terminal without control characters', async () => {
    const machine = createMachine();
    const error = 'no\u001b[31m red\u0007\nline\u009b2J';
    await startScriptedBot(machine.socketPath, answering(403, { error, code: 'x' }));
    for (const words of [['send', 'x'], ['status'], ['link', '123456'], ['unlink']]) {
      const { err, status } = await machine.runner(words);
      expect(status).toBe(1);
      expect(err).toMatch(/^notify-runner: no red[ \w]+\n$/);
    }
  });

  test('about the missing link is not said twice', () => {
    const error = 'you are not linked to a Telegram chat: run `notify-runner link`.';
    expect(submitResultOf({ status: 404, body: { error } })).toEqual({ kind: 'away', reason: error });
    expect(submitResultOf({ status: 404, body: { error: 'Not linked.' } })).toEqual({
      kind: 'away',
      reason: 'Not linked. Link your account: notify-runner link',
    });
  });

  test('when there was no link to end', async () => {
    const machine = createMachine();
    await startScriptedBot(machine.socketPath, answering(200, { ok: true, unlinked: false }));
    expect(await machine.runner(['unlink'])).toEqual({ status: 0, out: 'You were not linked.\n', err: '' });
  });
});
