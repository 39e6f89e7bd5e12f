import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createActor } from '../../../src/bot/scripts/actor-client.ts';
import { createWarmConnection } from '../../../src/bot/scripts/warm-connection.ts';
import { createConcurrencyLimit } from '../../../src/shared/fairness/concurrency-limit.ts';
import { line, listed, pretendActor } from '../../support/bot/pretend-actor.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

const never = new AbortController().signal;
const actorAt = (socketPath: string, answerMs = 300, stopping = new AbortController().signal) =>
  createActor({
    socketPath,
    stopping,
    questions: createConcurrencyLimit({ perParty: 2, overall: 3 }),
    answerMs,
    waitMs: 1,
  });

describe('an actor that answers', () => {
  test('is asked one line, and its answer may come in pieces', async () => {
    const actor = await pretendActor((socket, { action }) => {
      const answers: Record<string, object> = {
        list: { ok: true, scripts: [listed('é😀.py')] },
        log: { ok: true, lines: ['one', 'two'] },
        run: { ok: true, result: { name: 'a.py', result: 'quiet', seconds: 0.5 } },
      };
      const bytes = Buffer.from(line(answers[action] ?? {}));
      socket.write(bytes.subarray(0, 43));
      setTimeout(() => socket.end(bytes.subarray(43)), 20);
    });
    const { list, log, run } = actorAt(actor.path);
    expect(await list('ann', never)).toEqual([listed('é😀.py')]);
    expect(await log('ann', 'a.py', never)).toEqual(['one', 'two']);
    expect(await run('ann', 'a.py', never)).toEqual({ name: 'a.py', result: 'quiet', seconds: 0.5 });
    expect(actor.asked.map(({ at: _at, ...request }) => request)).toEqual([
      { action: 'list', user: 'ann' },
      { action: 'log', user: 'ann', name: 'a.py' },
      { action: 'run', user: 'ann', name: 'a.py' },
    ]);
  });

  test('tells what is known of a run before its end, in whatever pieces that comes', async () => {
    const answer = line({ ok: true, result: { name: 'a.py', result: 'quiet', seconds: 3 } });
    const unit = 'notify-run-1000-0123456789ab.service';
    const bytes = Buffer.from(
      `${line({ progress: { unit } })}${line({ progress: { lines: ['é', '\u001b'] } })}${line({ progress: {} })}${answer}`,
    );
    for (const size of [1, 7, bytes.length]) {
      const actor = await pretendActor(async (socket) => {
        for (let at = 0; at < bytes.length; at += size) {
          socket.write(bytes.subarray(at, at + size));
          await new Promise((resolve) => setImmediate(resolve));
        }
        socket.end();
      });
      const seen: object[] = [];
      const result = await actorAt(actor.path).run('ann', 'a.py', never, (progress) => seen.push(progress));
      expect(result).toEqual({ name: 'a.py', result: 'quiet', seconds: 3 });
      expect(seen).toEqual([{ unit }, { lines: ['é', '\\u001b'] }, {}]);
      expect(actor.asked[0]).toMatchObject({ action: 'run', progress: true });
    }
  });

  test.each([true, false])('stops a run, and says whether it ran: %s', async (stopped) => {
    const actor = await pretendActor((socket) => socket.end(line({ ok: true, stopped })));
    const unit = 'notify-run-1000-0123456789ab.service';
    expect(await actorAt(actor.path).stop('ann', unit, never)).toBe(stopped);
    expect(actor.asked[0]).toMatchObject({ action: 'stop', user: 'ann', unit });
  });

  test('and refuses is repeated in its own words', async () => {
    const { path } = await pretendActor((socket) =>
      socket.end(line({ error: 'Root runs nothing.', code: 'refused_user' })),
    );
    await expect(actorAt(path).list('root', never)).rejects.toMatchObject({
      code: 'refused_user',
      message: 'Root runs nothing.',
    });
  });
});

describe('an actor that stands by', () => {
  const answer = line({ ok: true, scripts: [] });

  test('is there when an answer was given, and takes the next request', async () => {
    const actor = await pretendActor((socket, { action }) => void (action === 'list' && socket.end(answer)));
    const { list, run } = actorAt(actor.path);
    expect(actor.connections).toBe(0);
    await list('ann', never);
    await expect.poll(() => [actor.connections, actor.open]).toEqual([2, 1]);
    const stop = new AbortController();
    const running = run('ann', 'a.py', stop.signal);
    await expect.poll(() => actor.asked.length).toBe(2);
    expect(actor.connections).toBe(2);
    stop.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
    await expect.poll(() => actor.open).toBe(0);
  });

  test('is done without where it has gone', async () => {
    const actor = await pretendActor((socket) => socket.end(answer));
    const { list } = actorAt(actor.path);
    await list('ann', never);
    await expect.poll(() => [actor.connections, actor.open]).toEqual([2, 1]);
    actor.hangUp();
    await expect.poll(() => actor.open).toBe(0);
    expect(await list('ann', never)).toEqual([]);
    expect(actor.connections).toBe(3);
  });

  test('is sent away when the service stops', async () => {
    const actor = await pretendActor((socket) => socket.end(answer));
    const stop = new AbortController();
    const { list } = actorAt(actor.path, 300, stop.signal);
    await list('ann', never);
    await expect.poll(() => [actor.connections, actor.open]).toEqual([2, 1]);
    stop.abort();
    await expect.poll(() => actor.open).toBe(0);
  });

  test('and after its time, and another stands by when it is wanted again', async () => {
    const actor = await pretendActor(() => {});
    const standBy = createWarmConnection(actor.path, never, 100);
    standBy.prepare();
    standBy.prepare();
    await expect.poll(() => actor.open).toBe(1);
    await expect.poll(() => actor.open).toBe(0);
    standBy.prepare();
    await expect.poll(() => actor.open).toBe(1);
    expect(actor.connections).toBe(2);
    standBy.take().destroy();
  });
});

describe('an actor that is not there', () => {
  test('gets an error that names the administrator as the one to enable it', async () => {
    const folder = await temporaryFolder();
    await expect(actorAt(join(folder, 'none.sock')).list('ann', never)).rejects.toMatchObject({
      code: 'not_set_up',
      message: expect.stringContaining('can enable notify-actor.socket.'),
    });
  });
});

describe('an actor that fails', () => {
  test.each([
    ['garbage', 'not JSON\n', 'failed'],
    ['another shape', '{"ok":true,"scripts":[{}]}\n', 'failed'],
    ['half an answer', '{"ok":true,"scri', 'failed'],
    ['nothing', '', 'no_answer'],
  ])('by saying %s is a sentence', async (_what, said, code) => {
    const { path } = await pretendActor((socket) => socket.end(said));
    await expect(actorAt(path).list('ann', never)).rejects.toMatchObject({ code });
  });

  test('by breaking off is a sentence', async () => {
    const { path } = await pretendActor((socket) => socket.destroy());
    await expect(actorAt(path).run('ann', 'a.py', never)).rejects.toMatchObject({ code: 'no_answer' });
  });

  test('by never answering is given up in time, and let go of', async () => {
    const actor = await pretendActor(() => {});
    const { list } = actorAt(actor.path);
    await expect(list('ann', never)).rejects.toMatchObject({ code: 'timeout' });
    await expect.poll(() => actor.open).toBe(0);
  });

  test('by saying too much is cut off after 2 MiB', async () => {
    let sent = 0;
    const { path } = await pretendActor((socket) => {
      const more = () => {
        sent += 65_536;
        if (!socket.destroyed) socket.write(Buffer.alloc(65_536, 120), more);
      };
      more();
    });
    await expect(actorAt(path, 10_000).list('ann', never)).rejects.toMatchObject({ code: 'too_much_output' });
    expect(sent).toBeLessThan(8 * 1024 * 1024);
  });
});

describe('what the bot doesn’t ask', () => {
  test.each(['', '.', '..', 'a/b', '../x', 'a\nb', 'x'.repeat(256)])('a script named %j', async (name) => {
    const actor = await pretendActor(() => {});
    await expect(actorAt(actor.path).run('ann', name, never)).rejects.toMatchObject({ code: 'bad_name' });
    expect(actor.asked).toEqual([]);
  });

  test('more questions than there are places, while runs have their own', async () => {
    const actor = await pretendActor(() => {});
    const { list, log, run } = actorAt(actor.path, 400);
    const asked = [list('ann', never), log('ann', 'a', never), list('ben', never)].map((answer) =>
      answer.catch(() => {}),
    );
    await expect(list('ann', never)).rejects.toMatchObject({ code: 'busy' });
    await expect(list('eve', never)).rejects.toMatchObject({ code: 'busy' });
    const stop = new AbortController();
    const running = run('ann', 'a.py', stop.signal);
    await Promise.all(asked);
    await expect(list('ann', never)).rejects.toMatchObject({ code: 'timeout' });
    stop.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
    await expect(run('ann', 'a.py', stop.signal)).rejects.toThrow('stopped');
    await expect.poll(() => actor.open).toBe(0);
  });
});
