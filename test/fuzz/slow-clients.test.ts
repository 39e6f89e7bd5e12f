/** Clients that say a request a byte at a time, in a crowd: they are cut off in time, and nobody else notices. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tell } from '../support/reporters/figures.ts';
import { LONGEST_HELD_MS } from './support/settings.ts';
import { type Subject, startSubject } from './support/subject.ts';
import { ask } from './targets/request.ts';
import { assertAnswers } from './targets/socket-bytes.ts';

const CROWD = 500;
/** Ten seconds may a head or a JSON body take; the clock that looks for it strikes every second, and is patient here. */
const CUT_OFF_MS = 40_000;

let subject: Subject;
beforeAll(async () => {
  subject = await startSubject();
});
afterAll(() => subject.stop());

const HEAD = 'POST /send HTTP/1.1\r\ncontent-type: application/json\r\n';
const BODY = `${HEAD}content-length: 500\r\n\r\n{"text":"${'x'.repeat(490)}`;
const CHUNKS = `${HEAD}transfer-encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(200)}`;
const WORDS = ['', 'GET /status HTTP/1.1\r\nx: '.padEnd(600, 'y'), HEAD, BODY, CHUNKS];

/** Drips until it is cut off. @returns what it heard */
function drip(socketPath: string, words: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket: Socket = connect(socketPath);
    let at = 0;
    const timer = setInterval(() => socket.write(words.charAt(at++)), 300);
    socket.on('data', (data: Buffer) => {
      heard += data.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      resolve(heard);
    });
  });
}

test(`${CROWD} slow clients are cut off, and others are served meanwhile`, { timeout: 120_000 }, async (context) => {
  const crowd = Promise.all(
    Array.from({ length: CROWD }, (_, i) => drip(subject.socketPath, WORDS[i % WORDS.length] ?? '')),
  );
  let served = 0;
  const gone = crowd.then(() => true);
  const begun = performance.now();
  while (!(await Promise.race([gone, sleep(100, false)]))) {
    const body = JSON.stringify({ text: 'x', user: 'ann' });
    expect((await ask(subject.socketPath, 'POST', '/send', body, 'application/json')).status).toBe(200);
    served += 1;
    expect(performance.now() - begun).toBeLessThan(CUT_OFF_MS);
  }
  for (const heard of await crowd) assertAnswers(heard, false);
  subject.assertWell();
  expect(served).toBeGreaterThan(10);
  const row = await subject.measured();
  tell(context, `Slow clients (held at most ${LONGEST_HELD_MS} ms)`, {
    clients: CROWD,
    'served meanwhile': served,
    ...row,
  });
});
