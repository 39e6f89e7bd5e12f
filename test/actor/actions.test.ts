/** The actions, through a real connection, the real runner and real scripts. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseActorAnswer } from '../../src/shared/api/actor/answer.ts';
import type { ActorAction, ActorRequest } from '../../src/shared/api/actor/protocol.ts';
import { actorRequestLine } from '../../src/shared/api/actor/request.ts';
import { startActorSocket } from '../support/actor/actor-socket.ts';
import { createMachine } from '../support/runner/machine.ts';
import { accepts, startScriptedBot } from '../support/runner/scripted-bot.ts';
import { waitFor } from '../support/wait-for.ts';
import { exchange } from './support/exchange.ts';

/** Ann's home, the bot that accepts her notifications, and the actor. */
async function createServerOfAnn() {
  const ann = createMachine();
  const bot = await startScriptedBot(ann.socketPath, accepts);
  const actor = await startActorSocket({ users: { ann: { home: ann.home } }, socketPath: ann.socketPath });
  onTestFinished(() => actor.close());
  const ask = async <Action extends ActorAction>(request: ActorRequest & { readonly action: Action }) => {
    const line = await exchange(actor.path, actorRequestLine(request));
    expect(line.endsWith('\n')).toBe(true);
    return parseActorAnswer(request.action, line);
  };
  return { ann, bot, actor, ask };
}

/** A runner that never answers. */
const SILENT_RUNNER = ['sh', '-c', 'exec sleep 300'];

const NOTIFY = `echo '{"notify": true, "message": "hello"}'`;

test('list answers with the output of notify-runner list --json', async () => {
  const { ann, ask } = await createServerOfAnn();
  ann.write('rev.py', '# notify: schedule="0 9 * * *"\n');
  ann.write('broken.sh', '# notify: timeout=never\n');
  const { scripts } = await ask({ action: 'list', user: 'ann' });
  expect(scripts).toEqual(JSON.parse((await ann.runner(['list', '--json'])).out));
  expect(scripts.map(({ name }) => name)).toEqual(['broken.sh', 'rev.py']);
});

test('run runs the script in its user’s home, and its notification goes to the bot', async () => {
  const { ann, bot, ask } = await createServerOfAnn();
  ann.write('rev.sh', `pwd > where; env > environment\n${NOTIFY}`);
  const { result } = await ask({ action: 'run', user: 'ann', name: 'rev' });
  expect(result).toMatchObject({ name: 'rev.sh', result: 'queued' });
  expect(bot.asked.map(({ body }) => body.text)).toEqual(['hello']);
  expect(ann.read('./where').trim()).toBe(ann.home);
  expect(ann.read('./environment')).toContain(`HOME=${ann.home}\n`);
  const again = await ask({ action: 'run', user: 'ann', name: 'rev.sh' });
  expect(again.result.result).toBe('cooldown');
});

test('a run that fails is an answer, not an error', async () => {
  const { ann, ask } = await createServerOfAnn();
  ann.write('bad.sh', 'echo why >&2; exit 3');
  const { result } = await ask({ action: 'run', user: 'ann', name: 'bad.sh' });
  expect(result).toMatchObject({ name: 'bad.sh', result: 'failed', detail: 'It ended with exit code 3 (why).' });
});

test('a script may print as much as under cron', async () => {
  const { ann, ask } = await createServerOfAnn();
  ann.write('much.sh', `head -c 900000 /dev/zero | tr '\\0' x\necho\necho '{"notify":false}'`);
  expect((await ask({ action: 'run', user: 'ann', name: 'much' })).result.result).toBe('quiet');
});

test('log answers with the last lines about one script', async () => {
  const { ann, ask } = await createServerOfAnn();
  ann.write('bad.sh', 'echo trouble >&2; exit 3');
  ann.write('good.sh', `echo '{"notify": false}'`);
  for (let time = 0; time < 3; time += 1) await ann.runner(['run', 'bad', 'good']);
  const { lines } = await ask({ action: 'log', user: 'ann', name: 'bad' });
  expect(lines).toHaveLength(6);
  expect(lines[4]).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}WARN {2}bad\.sh: failed: It ended with exit code 3 \(trouble\)\./,
  );
  expect(lines[5]).toBe('    trouble');
  expect((await ask({ action: 'log', user: 'ann', name: 'bad', lines: 1 })).lines).toEqual(lines.slice(-1));
  expect((await ask({ action: 'log', user: 'ann', name: 'never.sh' })).lines).toEqual([]);
});

test('log answers with thirty lines by default', async () => {
  const { ann, ask } = await createServerOfAnn();
  ann.write('bad.sh', 'seq 40 >&2; exit 3');
  await ann.runner(['run', 'bad']);
  const { lines } = await ask({ action: 'log', user: 'ann', name: 'bad.sh' });
  expect(lines).toHaveLength(30);
  expect(lines.at(-1)).toBe('    40');
});

test.each(['-x', '--help', '-', '--', 'a b.sh', '$HOME.sh', "it's;`id`.sh", 'ünï ☃.sh'])(
  '%j is taken as a script’s name, not as an option or shell code',
  async (name) => {
    const { ann, ask } = await createServerOfAnn();
    ann.write(name, '#!/bin/sh\nexit 3', 0o755);
    expect((await ask({ action: 'run', user: 'ann', name })).result).toMatchObject({ name, result: 'failed' });
    expect((await ask({ action: 'log', user: 'ann', name })).lines).toHaveLength(1);
  },
);

describe('errors of the runner are passed on', () => {
  test('for a name that matches no script, or more than one', async () => {
    const { ann, ask } = await createServerOfAnn();
    ann.write('two.sh', '');
    ann.write('two.py', '');
    const missing = ask({ action: 'run', user: 'ann', name: 'gone.sh' });
    await expect(missing).rejects.toMatchObject({
      code: 'no_script',
      message: expect.stringContaining('There is no script "gone.sh"'),
    });
    await expect(ask({ action: 'run', user: 'ann', name: 'two' })).rejects.toMatchObject({ code: 'no_script' });
  });

  test('for a user without a folder of scripts', async () => {
    const { ann, actor } = await createServerOfAnn();
    await actor.close();
    const other = await startActorSocket({ users: { ann: { home: join(ann.home, 'none') } } });
    onTestFinished(() => other.close());
    const line = await exchange(other.path, actorRequestLine({ action: 'list', user: 'ann' }));
    expect(() => parseActorAnswer('list', line)).toThrow(expect.objectContaining({ code: 'no_folder' }));
  });
});

describe('when the bot closes the connection', () => {
  test('a run continues to its end', async () => {
    const { ann, bot, actor } = await createServerOfAnn();
    ann.write('slow.sh', `touch started; until [ -e go ]; do sleep 0.05; done\n${NOTIFY}`);
    const socket = connect(actor.path);
    socket.write(actorRequestLine({ action: 'run', user: 'ann', name: 'slow.sh' }));
    await waitFor(() => existsSync(join(ann.home, 'started')));
    socket.destroy();
    writeFileSync(join(ann.home, 'go'), '');
    await waitFor(() => bot.asked.length === 1);
    await waitFor(() => actor.running.size === 0);
    expect(actor.journal()).toContain('run "slow.sh" for ann: status 0');
  });

  test('a list is aborted', async () => {
    const actor = await startActorSocket({ users: { ann: createMachine() }, runner: SILENT_RUNNER });
    onTestFinished(() => actor.close());
    const socket = connect(actor.path);
    socket.write(actorRequestLine({ action: 'list', user: 'ann' }));
    await waitFor(() => actor.journal().includes('started'));
    socket.destroy();
    await waitFor(() => actor.running.size === 0);
    expect(actor.journal()).toContain('hung up');
  });
});

test('a list that takes too long is aborted', async () => {
  const actor = await startActorSocket({ users: { ann: createMachine() }, runner: SILENT_RUNNER, answerMs: 500 });
  onTestFinished(() => actor.close());
  const line = await exchange(actor.path, actorRequestLine({ action: 'list', user: 'ann' }));
  expect(() => parseActorAnswer('list', line)).toThrow(expect.objectContaining({ code: 'timeout' }));
});

test('a list beyond 1 MiB is refused', async () => {
  const { ann, ask } = await createServerOfAnn();
  for (let number = 0; number < 3500; number += 1) ann.write(`${number}${'x'.repeat(200)}.sh`, '');
  await expect(ask({ action: 'list', user: 'ann' })).rejects.toMatchObject({ code: 'too_much_output' });
});

test('background processes of a script end with it', async () => {
  const { ann, ask } = await createServerOfAnn();
  ann.write('parent.sh', `sleep 300 > /dev/null 2>&1 &\necho $! > left; echo '{"notify": false}'`);
  expect((await ask({ action: 'run', user: 'ann', name: 'parent' })).result.result).toBe('quiet');
  const left = Number(readFileSync(join(ann.home, 'left'), 'utf8'));
  await waitFor(() => !alive(left), 30_000);
});

test('two simultaneous requests run the script once', async () => {
  const { ann, ask } = await createServerOfAnn();
  ann.write('slow.sh', `echo x >> times; until [ -e go ]; do sleep 0.05; done; echo '{"notify": false}'`);
  const both = [ask({ action: 'run', user: 'ann', name: 'slow' }), ask({ action: 'run', user: 'ann', name: 'slow' })];
  expect((await Promise.race(both)).result.result).toBe('running');
  writeFileSync(join(ann.home, 'go'), '');
  const outcomes = (await Promise.all(both)).map(({ result }) => result.result);
  expect(outcomes.sort()).toEqual(['quiet', 'running']);
  await sleep(100);
  expect(ann.read('./times')).toBe('x\n');
});

function alive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

test('runs names the units of runs and whose they are, as systemctl lists them', async () => {
  const listing = [
    'notify-run-1001-0123456789ab.service loaded active running Notification scripts of ann, asked for in Telegram',
    'notify-run-1002-ba9876543210.service loaded deactivating stop-sigterm Notification scripts of notify-run-7-x',
    'notify-run-others.service loaded active running Not one of these',
  ];
  const actor = await startActorSocket({ users: {}, listRuns: ['printf', '%s\\n', ...listing] });
  onTestFinished(() => actor.close());
  const answer = parseActorAnswer('runs', await exchange(actor.path, actorRequestLine({ action: 'runs' })));
  expect(answer.runs).toEqual([
    { unit: 'notify-run-1001-0123456789ab.service', uid: 1001 },
    { unit: 'notify-run-1002-ba9876543210.service', uid: 1002 },
  ]);
  expect(actor.journal()).toMatch(/^runs: started\.\nruns: status 0/);
});

test('runs fails where systemd lists none', async () => {
  const actor = await startActorSocket({ users: {}, listRuns: ['false'] });
  onTestFinished(() => actor.close());
  const line = await exchange(actor.path, actorRequestLine({ action: 'runs' }));
  expect(JSON.parse(line)).toMatchObject({ code: 'failed' });
});
