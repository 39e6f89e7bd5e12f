import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createEventStreams } from '../../../../src/bot/api/http/event-streams.ts';
import { MAX_STREAMS, MAX_STREAMS_PER_UID } from '../../../../src/bot/api/limits.ts';

const callerOf = (uid: number, trusted = false) => ({ uid, gid: uid, pid: 1, name: `user${uid}`, trusted });
const newResponse = () => new ServerResponse(new IncomingMessage(new Socket()));

test('accounts that hold all streams they can leave those of trusted users alone', () => {
  const streams = createEventStreams(() => 0);
  const open = (uid: number, trusted?: boolean) => {
    const response = newResponse();
    streams.admit(callerOf(uid, trusted), response, 0, () => () => {});
    return response;
  };
  const accounts = MAX_STREAMS / MAX_STREAMS_PER_UID;
  const opened = Array.from({ length: accounts }, (_, account) =>
    Array.from({ length: MAX_STREAMS_PER_UID }, () => open(1000 + account)),
  ).flat();
  expect(() => open(1000)).toThrow(expect.objectContaining({ code: 'too_many_streams' }));
  expect(() => open(5000)).toThrow(expect.objectContaining({ code: 'too_many_connections' }));
  for (let n = 0; n < MAX_STREAMS; n += 1) opened.push(open(996, true));
  expect(() => open(996, true)).toThrow(expect.objectContaining({ code: 'too_many_connections' }));
  // A stream that ends frees its place.
  opened[0]?.emit('close');
  opened[0] = open(5000);
  for (const response of opened) response.emit('close');
});
