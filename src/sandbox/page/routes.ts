/**
 * The chat page over HTTP. Only pages of this address may act: the `Host` must be loopback (which prevents DNS
 * rebinding), and changes require JSON, which other sites can't send without a preflight request.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SandboxEvents } from '../event-stream.ts';
import { readBody } from '../http/body.ts';
import { isObject } from '../http/fields.ts';
import type { SandboxChat } from '../model.ts';
import type { SandboxGroups } from '../state/groups.ts';
import type { SandboxState } from '../state/state.ts';
import type { SandboxUsers } from '../state/users.ts';
import { openStream } from './events.ts';
import { PAGE_HTML } from './html.ts';
import { PAGE_SCRIPT } from './script.ts';
import { PAGE_STYLE } from './style.ts';

/** @see createPage */
export interface Page {
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
}

/** Bytes of a request body. */
const BODY_LIMIT = 64 * 1024;
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;
const SAFETY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};
const STATIC: Readonly<Record<string, readonly [type: string, body: string]>> = {
  '/': ['text/html; charset=utf-8', PAGE_HTML],
  '/start': ['text/html; charset=utf-8', PAGE_HTML],
  '/page/style.css': ['text/css; charset=utf-8', PAGE_STYLE],
  '/page/app.js': ['text/javascript; charset=utf-8', PAGE_SCRIPT],
};
/** First id of users and groups created on the page. */
const FIRST_ID = 1001;

function sendText(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { ...SAFETY, 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  sendText(response, status, 'application/json', JSON.stringify(body));
}

function sendFile(state: SandboxState, response: ServerResponse, fileId: string): void {
  const file = state.files.byId(fileId);
  if (file?.data === undefined) {
    sendJson(response, 404, { error: 'This file is no longer kept.' });
    return;
  }
  const photo = file.media.kind === 'photo';
  const name = encodeURIComponent(file.media.name).replace(/['()*]/g, '_');
  response.writeHead(200, {
    ...SAFETY,
    'cache-control': 'private, max-age=86400, immutable',
    'content-type': photo ? file.media.type : 'application/octet-stream',
    'content-length': file.data.length,
    ...(photo ? {} : { 'content-disposition': `attachment; filename*=UTF-8''${name}` }),
  });
  response.end(file.data);
}

/** Supergroups and channels have ids below this. https://core.telegram.org/bots/api#chat */
const SUPERGROUPS = -1_000_000_000_000;
/** The ids that a number may stand for: a person, a group, a supergroup or channel. */
const openIds = (number: number): readonly number[] => [number, -number, SUPERGROUPS - number];

/** Creates the page. */
export function createPage(
  state: SandboxState,
  users: SandboxUsers,
  groups: SandboxGroups,
  events: SandboxEvents,
): Page {
  const kinds: Readonly<Record<string, (number: number, name: string) => SandboxChat>> = {
    person: (number, name) => users.open(number, { first_name: name }),
    group: (number, name) => users.open(-number, undefined, name),
    forum: (number, name) => groups.forum(SUPERGROUPS - number, name),
    channel(number, name) {
      const chat = groups.channel(SUPERGROUPS - number, name);
      groups.admit(chat.id);
      return chat;
    },
  };
  const actions: Readonly<Record<string, (body: Record<string, unknown>) => object>> = {
    '/page/say': ({ chat_id, text, thread_id }) => {
      if (typeof chat_id !== 'number' || !Number.isSafeInteger(chat_id) || typeof text !== 'string') {
        throw new Error('chat_id (a whole number) and text (a string) are required.');
      }
      if (state.chats.get(chat_id)?.type === 'channel') return { update_id: groups.post(chat_id, text) };
      const thread = typeof thread_id === 'number' ? thread_id : undefined;
      return { update_id: users.say(chat_id, text, undefined, thread) };
    },
    '/page/topic': ({ chat_id, name }) => {
      if (typeof chat_id !== 'number' || typeof name !== 'string' || name.trim() === '') {
        throw new Error('chat_id (a number) and name (a text) are required.');
      }
      return { thread_id: groups.addTopic(chat_id, name.trim().slice(0, 128)) };
    },
    '/page/press': ({ chat_id, message_id, data }) => {
      if (typeof chat_id !== 'number' || typeof message_id !== 'number' || typeof data !== 'string') {
        throw new Error('chat_id and message_id (numbers) and data (a string) are required.');
      }
      return { update_id: users.press(chat_id, message_id, data) };
    },
    '/page/chat': ({ name, kind = 'person' }) => {
      if (typeof name !== 'string' || name.trim() === '') throw new Error('name (a text) is required.');
      const open = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
      if (open === undefined) throw new Error(`kind is one of ${Object.keys(kinds).join(', ')}.`);
      let number = FIRST_ID;
      while (openIds(number).some((id) => state.chats.get(id) !== undefined)) number += 1;
      return { chat_id: open(number, name.trim().slice(0, 64)).id };
    },
  };

  async function act(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const action = Object.hasOwn(actions, path) ? actions[path] : undefined;
    if (action === undefined) return sendJson(response, 404, { error: 'There is nothing at this address.' });
    const { origin, host } = request.headers;
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
      return sendJson(response, 415, { error: 'Only application/json is accepted.' });
    }
    if (origin !== undefined && origin !== `http://${host}`) {
      return sendJson(response, 403, { error: 'Only the chat page may do this.' });
    }
    try {
      const body: unknown = JSON.parse((await readBody(request, BODY_LIMIT)).toString('utf8'));
      if (!isObject(body)) throw new Error('A JSON object is required.');
      sendJson(response, 200, { ok: true, ...action(body) });
    } catch (error) {
      sendJson(response, 400, { error: error instanceof Error ? error.message : String(error) });
    }
  }

  return {
    async handle(request, response, url) {
      const path = url.pathname;
      if (!LOOPBACK.test(request.headers.host ?? '')) {
        return sendJson(response, 403, { error: 'The chat page is served on 127.0.0.1 and localhost only.' });
      }
      if (request.method === 'POST') return await act(request, response, path);
      if (request.method !== 'GET') return sendJson(response, 405, { error: 'Use GET or POST.' });
      const found = Object.hasOwn(STATIC, path) ? STATIC[path] : undefined;
      if (found !== undefined) sendText(response, 200, found[0], found[1]);
      else if (path === '/events') openStream(state, events, response, SAFETY);
      else if (path.startsWith('/page/file/')) sendFile(state, response, path.slice('/page/file/'.length));
      else sendJson(response, 404, { error: 'There is nothing at this address.' });
    },
  };
}
