/** The Bot API over HTTP: token, method, parameters in; one JSON answer, or a scripted fault, out. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultRule, type Faults, playFault } from '../faults.ts';
import { findMethod } from '../methods/all.ts';
import type { Method, NamedMethod } from '../methods/method.ts';
import type { SandboxState } from '../state/state.ts';
import { ApiError } from './api-error.ts';
import { readRequest } from './body.ts';
import type { SandboxCall } from './calls.ts';
import type { ApiRequest } from './fields.ts';

/** Dependencies of the route. */
export interface ApiRoute {
  readonly state: SandboxState;
  readonly faults: Faults;
  readonly latency: number;
  readonly record: (call: SandboxCall) => void;
  /** Why a token is refused; `undefined` for the bot's own while it is neither revoked nor logged out. */
  readonly refusal: (token: string) => ApiError | undefined;
}

interface Answer {
  readonly status: number;
  readonly body: object;
  /** Seconds, for 429. */
  readonly retryAfter?: number;
}

const SLOW_MS = 1000;
const TOKEN = /^\d+:[A-Za-z0-9_-]+$/;
const NOT_FOUND = new ApiError(404, 'Not Found');

function errorAnswer({ code, message, parameters }: ApiError): Answer {
  const body = { ok: false, error_code: code, description: message };
  if (parameters === undefined) return { status: code, body };
  const wait = parameters.retry_after;
  return { status: code, body: { ...body, parameters }, ...(wait === undefined ? {} : { retryAfter: wait }) };
}

function write(response: ServerResponse, { status, body, retryAfter }: Answer): void {
  if (response.destroyed) return;
  const text = JSON.stringify(body);
  if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

async function run(method: Method, state: SandboxState, request: ApiRequest): Promise<Answer> {
  try {
    return { status: 200, body: { ok: true, result: await method(state, request) } };
  } catch (error) {
    if (error instanceof ApiError) return errorAnswer(error);
    throw error;
  }
}

function chatIdOf(request: ApiRequest): number | undefined {
  const id = Number(request.fields.get('chat_id'));
  return Number.isSafeInteger(id) && id !== 0 ? id : undefined;
}

/** Performs the call, unless a fault replaces it. @returns the HTTP status sent, 0 for none */
async function perform(
  route: ApiRoute,
  method: NamedMethod,
  request: ApiRequest,
  fault: FaultRule | undefined,
  response: ServerResponse,
): Promise<number> {
  const played = fault === undefined ? undefined : playFault(fault, response);
  if (played !== undefined) return played;
  const answer = await run(method.run, route.state, request);
  const wait = route.latency + (fault?.answer === 'slow' ? (fault.ms ?? SLOW_MS) : 0);
  if (wait > 0) await sleep(wait);
  if (fault?.answer === 'accept-then-reset') {
    response.socket?.resetAndDestroy();
    return 0;
  }
  if (response.destroyed) return 0;
  write(response, answer);
  return answer.status;
}

/** Admits calls of an existing method with a valid token. */
function admit(route: ApiRoute, token: string, name: string): NamedMethod {
  if (!TOKEN.test(token)) throw NOT_FOUND;
  const refusal = route.refusal(token);
  if (refusal !== undefined) throw refusal;
  const method = findMethod(name);
  if (method === undefined) throw NOT_FOUND;
  return method;
}

/** Answers a call at `/bot<token>/<method>`. */
export async function handleApi(
  route: ApiRoute,
  message: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const [, token = '', name = ''] = /^\/bot([^/]*)\/([^/]*)$/.exec(url.pathname) ?? [];
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  let chatId: number | undefined;
  let status = 0;
  try {
    const method = admit(route, token, name);
    const request = await readRequest(message, url.search.slice(1), gone.signal);
    chatId = chatIdOf(request);
    status = await perform(route, method, request, route.faults.take(method.name, chatId), response);
  } catch (error) {
    message.resume();
    const answer = error instanceof ApiError ? errorAnswer(error) : internalError(error);
    status = response.destroyed ? 0 : answer.status;
    if (!response.headersSent) write(response, answer);
  }
  route.record({ method: findMethod(name)?.name ?? name, chatId, at: route.state.now(), status });
}

/** An error of the sandbox itself. The description is complete, because nothing here is secret. */
function internalError(error: unknown): Answer {
  const description = `Internal Server Error: ${error instanceof Error ? error.message : String(error)}`;
  return { status: 500, body: { ok: false, error_code: 500, description } };
}

/** Answers a download at `/file/bot<token>/<path>`. */
export function handleFile(route: ApiRoute, response: ServerResponse, url: URL): void {
  const [, token = '', path = ''] = /^\/file\/bot([^/]*)\/(.*)$/.exec(url.pathname) ?? [];
  const file = route.state.files.byPath(path);
  const refusal = TOKEN.test(token) ? route.refusal(token) : NOT_FOUND;
  if (refusal !== undefined) write(response, errorAnswer(refusal));
  else if (file?.data === undefined) write(response, errorAnswer(NOT_FOUND));
  else {
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': file.data.length });
    response.end(file.data);
  }
}
