import { HttpError } from 'grammy';
import { expect, test } from 'vitest';
import { retryTransformer } from '../../../../src/bot/chat/sending/retry-transformer.ts';
import { retryUntilFinal } from '../../../../src/bot/chat/sending/retry-until-final.ts';
import { UnreachableError } from '../../../../src/bot/telegram/unreachable.ts';

const lost = () => new HttpError('x', new UnreachableError("Telegram's answer was lost (ECONNRESET)", 'network', true));
const refused = () => new HttpError('x', new UnreachableError('Telegram could not be reached (ECONNREFUSED)'));
const QUICK = { firstMs: 1, longestMs: 1, withinMs: 60_000, mostUnconfirmed: 2, unconfirmedMs: 40 };

test('a notice whose answers are lost is sent three times, with the longer wait', async () => {
  const times: number[] = [];
  const call = async () => {
    times.push(performance.now());
    throw lost();
  };
  expect(await retryUntilFinal(call, new AbortController().signal, async () => {}, QUICK)).toBe('expired');
  expect(times).toHaveLength(3);
  // A timer may fire a millisecond early.
  for (const [i, time] of times.slice(1).entries()) expect(time - (times[i] ?? 0)).toBeGreaterThan(38);
});

test('a notice that never went out is tried on', async () => {
  let calls = 0;
  const call = async () => {
    calls += 1;
    if (calls < 50) throw refused();
  };
  expect(await retryUntilFinal(call, new AbortController().signal, async () => {}, QUICK)).toBe('accepted');
});

test.concurrent.each([
  ['sendMessage', lost, 2],
  ['sendMessage', refused, 4],
  ['editMessageText', lost, 4],
] as const)(
  'an answer to a command by %s is tried a few times',
  { timeout: 60_000 },
  async (method, failure, times) => {
    let calls = 0;
    const call = async () => {
      calls += 1;
      throw failure();
    };
    const answer = retryTransformer({ turn: async () => {}, isLinked: async () => true })(
      call as never,
      method,
      { chat_id: 1, text: 'x' } as never,
      undefined,
    );
    const ended = answer.then(
      () => 'answered',
      () => 'failed',
    );
    expect(await ended).toBe('failed');
    expect(calls).toBe(times);
  },
);
