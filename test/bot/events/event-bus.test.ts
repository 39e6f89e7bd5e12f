import { expect, test } from 'vitest';
import { createEventBus, createListener } from '../../../src/bot/events/event-bus.ts';
import { createLog } from '../../../src/shared/process/log.ts';

function setUp() {
  const logged: string[] = [];
  return { bus: createEventBus(createLog('debug', [(line) => logged.push(line)])), logged };
}

test('an event reaches its listeners in the order of their subscription, and no others', async () => {
  const { bus } = setUp();
  const got: unknown[] = [];
  bus.subscribe({ 'chat.moved': ({ from, to }) => void got.push(['first', from, to]) });
  bus.subscribe({
    'chat.moved': () => void got.push('second'),
    'telegram.online': () => void got.push('online'),
  });
  await bus.publish('chat.moved', { from: 1, to: 2 });
  expect(got).toEqual([['first', 1, 2], 'second']);
});

test('listeners that return nothing have run when publish returns', () => {
  const { bus } = setUp();
  let seconds = 0;
  bus.subscribe({
    'telegram.called'(event) {
      seconds += event.seconds;
    },
  });
  void bus.publish('telegram.called', { method: 'getMe', seconds: 3, result: 'ok' });
  expect(seconds).toBe(3);
});

test('a listener may return something that is no promise', async () => {
  const { bus, logged } = setUp();
  const got: string[] = [];
  // A function of one line returns what its expression gives.
  bus.subscribe({ 'telegram.online': (() => got.push('called')) as () => void });
  await bus.publish('telegram.online', {});
  expect(got).toEqual(['called']);
  expect(logged).toEqual([]);
});

test('an exception of a listener is logged and ends there', async () => {
  const { bus, logged } = setUp();
  const got: string[] = [];
  bus.subscribe({
    'telegram.online'() {
      throw new Error('at once');
    },
  });
  bus.subscribe({ 'telegram.online': () => Promise.reject(new Error('later')) });
  bus.subscribe({ 'telegram.online': () => void got.push('reached') });
  await bus.publish('telegram.online', {});
  expect(got).toEqual(['reached']);
  expect(logged).toHaveLength(2);
  expect(logged[0]).toMatch(/"level":"error".*"event":"telegram.online","err":"at once"/);
  expect(logged[1]).toMatch(/"err":"later"/);
});

test('the promise of publish waits for every listener', async () => {
  const { bus } = setUp();
  const done: string[] = [];
  const after = (name: string, ms: number) => () =>
    new Promise<void>((resolve) => setTimeout(() => resolve(void done.push(name)), ms));
  bus.subscribe({ 'telegram.online': after('slow', 30) });
  bus.subscribe({ 'telegram.online': after('quick', 1) });
  await bus.publish('telegram.online', {});
  expect(done).toEqual(['quick', 'slow']);
});

test('listeners end with their subscription, also in the middle of an event', async () => {
  const { bus } = setUp();
  const got: string[] = [];
  const unsubscribe = bus.subscribe({
    'telegram.online'() {
      got.push('first');
      unsubscribe();
    },
  });
  bus.subscribe({ 'telegram.online': () => void got.push('second') });
  await bus.publish('telegram.online', {});
  await bus.publish('telegram.online', {});
  expect(got).toEqual(['first', 'second', 'second']);
});

test('a module listens from its start to its stop', async () => {
  const { bus } = setUp();
  let heard = 0;
  const module = createListener('counter', bus, {
    'telegram.online'() {
      heard += 1;
    },
  });
  await bus.publish('telegram.online', {});
  await module.start?.();
  await bus.publish('telegram.online', {});
  await module.stop?.(0);
  await bus.publish('telegram.online', {});
  expect(heard).toBe(1);
});
