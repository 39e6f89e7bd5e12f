/** What a run prints meanwhile, and stops of runs, through a real connection, the real runner and real scripts. */
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MAX_PROGRESS_BYTES } from '../../src/shared/api/actor/progress.ts';
import { type ActorSocketOptions, startActorSocket } from '../support/actor/actor-socket.ts';
import { createMachine } from '../support/runner/machine.ts';
import { waitFor } from '../support/wait-for.ts';
import { exchange } from './support/exchange.ts';

const QUIET = `echo '{"notify": false}'`;
const ANSWER = `echo '[{"name":"a.sh","result":"quiet","seconds":1}]'`;

async function createServer(options: Partial<ActorSocketOptions> = {}) {
  const ann = createMachine();
  const actor = await startActorSocket({ users: { ann: { home: ann.home }, bob: { home: '/' } }, ...options });
  onTestFinished(() => actor.close());
  const ask = async (request: object) => {
    const text = await exchange(actor.path, `${JSON.stringify(request)}\n`);
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
  return { ann, actor, ask };
}

/** A runner whose output a user has made up. */
const runner = (script: string) => ({ runner: ['sh', '-c', script] });
const RUN = { action: 'run', user: 'ann', name: 'a.sh', progress: true };

describe('a run that is asked for progress', () => {
  test('names its unit, then its newest lines, then answers', async () => {
    const { ann, ask } = await createServer();
    ann.write('a.sh', `env > ~/environment; echo one; echo two >&2; sleep 2.5; ${QUIET}`);
    const lines = await ask(RUN);
    expect(lines).toEqual([
      { progress: { unit: expect.stringMatching(/^notify-run-2000-[0-9a-f]{12}\.service$/) } },
      { progress: { lines: ['one', 'two'] } },
      { ok: true, result: expect.objectContaining({ result: 'quiet' }) },
    ]);
    // It is for the runner, not for its scripts.
    expect(ann.read('./environment')).not.toContain('NOTIFY_PROGRESS');
  });

  test('that is not asked for any is answered with one line', async () => {
    const { ann, ask } = await createServer();
    ann.write('a.sh', `echo one; sleep 2.5; ${QUIET}`);
    expect(await ask({ ...RUN, progress: undefined })).toEqual([{ ok: true, result: expect.anything() }]);
  });

  test('whose runner knows no progress is answered as ever', async () => {
    const { ask } = await createServer(runner(ANSWER));
    expect(await ask(RUN)).toEqual([{ progress: expect.anything() }, { ok: true, result: expect.anything() }]);
  });
});

describe('progress that a user has made up', () => {
  test('is cut, made visible, and given no more than its fields', async () => {
    const { ask } = await createServer(
      runner(
        `printf '{"progress":{"unit":"x.service","ok":true,"lines":["\\\\u001b[31m","${'y'.repeat(500)}","c","d","e","f","g","h","i","j","k"]}}\\n'; ${ANSWER}`,
      ),
    );
    const [, progress] = await ask(RUN);
    expect(progress).toEqual({
      progress: { lines: [`${'y'.repeat(199)}…`, 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'] },
    });
  });

  test.each([
    ['no JSON', '{"progress":nonsense'],
    ['no lines', '{"progress":{"lines":["a",7]}}'],
    ['another thing', '{"progress":7}'],
  ])('is left out where it is %s', async (_, line) => {
    const { ask } = await createServer(runner(`echo '${line}'; ${ANSWER}`));
    expect(await ask(RUN)).toEqual([{ progress: { unit: expect.anything() } }, expect.objectContaining({ ok: true })]);
  });

  test('passes twice a second at most', async () => {
    const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `{"progress":{"lines":["${n}"]}}\\n`).join('');
    const { ask } = await createServer(runner(`printf '${nine}'; ${ANSWER}`));
    const lines = await ask(RUN);
    expect(lines.slice(1, -1)).toEqual([{ progress: { lines: ['1'] } }]);
  });

  test.each([
    ['lines without end', `while :; do echo '{"progress":{"lines":[]}}'; done`],
    [
      'a line that is too long',
      `printf '{"progress":'; head -c ${MAX_PROGRESS_BYTES} /dev/zero | tr '\\0' ' '; sleep 60`,
    ],
  ])('ends the run: %s', async (_, script) => {
    const { ask } = await createServer(runner(script));
    expect((await ask(RUN)).at(-1)).toMatchObject({ code: 'too_much_output' });
  });

  test('costs the run nothing where the bot does not read it, or is gone', async () => {
    const { ann, actor } = await createServer();
    ann.write('a.sh', `for i in 1 2 3; do echo $i >&2; sleep 1; done; touch ~/done; ${QUIET}`);
    const socket = connect(actor.path);
    socket.write(`${JSON.stringify(RUN)}\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    await waitFor(() => existsSync(join(ann.home, 'done')), 30_000);
    await waitFor(() => /run "a\.sh" for ann: status/.test(actor.journal()));
  });
});

describe('stop', () => {
  const unitOf = (line: string) => JSON.parse(line).progress.unit as string;

  test('ends a run that goes on, which is then stopped and no failure', async () => {
    const { ann, actor, ask } = await createServer();
    ann.write('a.sh', `echo $$ > ~/pid; sleep 300; ${QUIET}`);
    let text = '';
    const socket = connect(actor.path).setEncoding('utf8');
    socket.on('data', (piece) => {
      text += piece;
    });
    socket.write(`${JSON.stringify(RUN)}\n`);
    await waitFor(() => existsSync(join(ann.home, 'pid')), 30_000);
    const unit = unitOf(text.split('\n')[0] ?? '');
    expect(await ask({ action: 'stop', user: 'bob', unit })).toEqual([
      { error: 'unit: a run of somebody else.', code: 'bad_request' },
    ]);
    expect(await ask({ action: 'stop', user: 'ann', unit })).toEqual([{ ok: true, stopped: true }]);
    await waitFor(() => /"result":"stopped"/.test(text), 30_000);
    expect(await ask({ action: 'stop', user: 'ann', unit })).toEqual([{ ok: true, stopped: false }]);
  });

  test.each([
    ['no unit', { user: 'ann' }],
    ['another unit', { user: 'ann', unit: 'notify-bot.service' }],
    ['a pattern', { user: 'ann', unit: 'notify-run-2000-*.service' }],
    ['an option', { user: 'ann', unit: '--all' }],
    ['a name', { user: 'ann', unit: 'notify-run-2000-0123456789ab.service', name: 'a.sh' }],
    ['nobody', { unit: 'notify-run-2000-0123456789ab.service' }],
  ])('of %s is refused', async (_, fields) => {
    const { ask } = await createServer();
    expect(await ask({ action: 'stop', ...fields })).toEqual([expect.objectContaining({ code: 'bad_request' })]);
  });
});
