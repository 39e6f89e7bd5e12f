/**
 * The one client of the bot's socket API, for runner, command line, dashboard and tests. It loads valibot, so a program
 * that mostly has nothing to ask loads it late.
 */
import * as v from 'valibot';
import { Problem } from '../../core/problem.ts';
import type { FormFile } from '../http/multipart-writer.ts';
import { pathOf, type QueryFields } from '../http/path-of.ts';
import { createSocketClient, type Method, type SocketAddress, type SocketAnswer } from '../http/socket-client.ts';
import { withDeadline } from '../process/deadline.ts';
import { type AlertClient, createAlertClient } from './alerts/client.ts';
import { type RulesAnswer, rulesAnswer } from './alerts/rules-answer.ts';
import * as answers from './answers.ts';
import { type BeatAnswer, type BeatBody, type BeatsAnswer, beatAnswer, beatsAnswer } from './beats/beats.ts';
import { problemIn } from './error-answer.ts';
import { type SettingsAnswer, type SettingsBody, settingsAnswer } from './people/settings.ts';
import { type AskBody, type QuestionAnswer, questionAnswer } from './questions/questions.ts';
import type { DestinationBody, SendBody, SendersBody, UploadBody } from './requests.ts';
import {
  type OverrideBody,
  type RotationAnswer,
  type RotationsAnswer,
  rotationAnswer,
  rotationsAnswer,
} from './rotations/rotations.ts';

/** Which service to ask, and how long to wait for it. */
export interface ApiAddress extends SocketAddress {
  /** How long a request may take in all, ms, also where it waits for a free connection; no limit unless given. */
  readonly deadlineMs?: number;
}

/** Whose messages to list, and which; `limit` and `before` page through them. */
export interface MessagesRequest {
  readonly user?: string;
  readonly limit?: number;
  readonly before?: string;
  readonly status?: string;
  readonly source?: string;
  readonly q?: string;
}

/**
 * Each function is one endpoint of `docs/openapi.yaml` and answers with its whole body. `user` may be left out for the
 * caller's own account. It throws Problem with the bot's sentence and code, or as the socket's client does: `no_service`,
 * `no_permission`, `timeout`, `connection_lost`, `bad_answer`.
 */
export interface ApiClient extends AlertClient {
  send(body: SendBody): Promise<answers.ReceiptAnswer>;
  sendPhotos(fields: UploadBody, files: readonly FormFile[]): Promise<answers.ReceiptAnswer>;
  sendDocument(fields: UploadBody, file: FormFile): Promise<answers.ReceiptAnswer>;
  test(user?: string, wait?: number): Promise<answers.ReceiptAnswer>;
  redeemCode(code: string, user?: string): Promise<answers.LinkedAnswer>;
  deepLink(user?: string): Promise<answers.DeepLinkAnswer>;
  unlink(user?: string): Promise<answers.UnlinkedAnswer>;
  status(user?: string): Promise<answers.StatusAnswer>;
  destinations(user?: string): Promise<answers.DestinationsAnswer>;
  /** Makes a code that registers the place where it is sent. */
  addDestination(body: DestinationBody): Promise<answers.DestinationCodeAnswer>;
  removeDestination(name: string, user?: string): Promise<void>;
  changeSenders(name: string, body: SendersBody): Promise<answers.SendersAnswer>;
  messages(request: MessagesRequest): Promise<answers.MessagesAnswer>;
  counts(days: number, user?: string): Promise<answers.CountsAnswer>;
  scripts(user?: string): Promise<answers.ScriptsAnswer>;
  runScript(name: string, wait: number, user?: string): Promise<answers.RunStatusAnswer>;
  scriptLog(name: string, lines: number, user?: string): Promise<answers.LogAnswer>;
  /** For an hour; everything, or one script. */
  mute(user?: string, script?: string): Promise<answers.MuteAnswer>;
  unmute(user?: string, script?: string): Promise<void>;
  ask(body: AskBody): Promise<QuestionAnswer>;
  /** @param wait ms to wait for its end */
  question(id: string, wait: number, user?: string): Promise<QuestionAnswer>;
  cancelQuestion(id: string, user?: string): Promise<QuestionAnswer>;
  /** A sign of life of the caller's own runner or of a job, or its end. */
  beat(body: BeatBody): Promise<BeatAnswer>;
  beats(user?: string): Promise<BeatsAnswer>;
  settings(user?: string): Promise<SettingsAnswer>;
  changeSettings(body: SettingsBody): Promise<SettingsAnswer>;
  /** What the file of rules says; for trusted callers. */
  rules(): Promise<RulesAnswer>;
  rotations(): Promise<RotationsAnswer>;
  overrideRotation(name: string, body: OverrideBody): Promise<RotationAnswer>;
  clearOverrides(name: string): Promise<RotationAnswer>;
  users(): Promise<answers.UsersAnswer>;
  queue(limit: number): Promise<answers.QueueAnswer>;
  failed(limit: number): Promise<answers.FailedAnswer>;
  retry(delivery: string): Promise<void>;
  /** A degraded service is an answer here, not an error. */
  health(): Promise<answers.HealthAnswer>;
  close(): Promise<void>;
}

const questionPath = (id: string) => `/ask/${encodeURIComponent(id)}`;
const overridePath = (name: string) => `/rotations/${encodeURIComponent(name)}/override`;
const placePath = (name: string) => `/destinations/${encodeURIComponent(name)}`;

/** The body where it is as described, unknown fields and all. @throws Problem `bad_answer` */
function checked<T extends v.GenericSchema>(schema: T, body: unknown): v.InferOutput<T> {
  if (v.is(schema, body)) return body;
  throw new Problem('bad_answer', 'What answers on the bot’s socket is not notify-bot, or another version of it.');
}

/** Creates a client; it connects with the first request. */
export function createApiClient(address: ApiAddress): ApiClient {
  const { deadlineMs } = address;
  const socket = createSocketClient(address);

  async function inTime(what: string, ask: (signal?: AbortSignal) => Promise<SocketAnswer>): Promise<SocketAnswer> {
    if (deadlineMs === undefined) return ask();
    return withDeadline(undefined, deadlineMs, async (signal) => {
      try {
        return await ask(signal);
      } catch (error) {
        if (!signal.aborted) throw error;
        throw new Problem('timeout', `notify-bot did not answer ${what} in ${deadlineMs / 1000} s.`, { cause: error });
      }
    });
  }

  const request = (method: Method, path: string, body?: object): Promise<SocketAnswer> =>
    inTime(`${method} ${path}`, (signal) => socket.request(method, path, body, signal && { signal }));

  async function get<T extends v.GenericSchema>(
    schema: T,
    path: string,
    fields: QueryFields,
  ): Promise<v.InferOutput<T>> {
    return good(schema, await request('GET', pathOf(path, fields)));
  }

  async function post<T extends v.GenericSchema>(schema: T, path: string, body: object): Promise<v.InferOutput<T>> {
    return good(schema, await request('POST', path, body));
  }

  async function upload(path: string, fields: UploadBody, files: readonly FormFile[]): Promise<answers.ReceiptAnswer> {
    const answer = await inTime(`POST ${path}`, (signal) => socket.upload(path, fields, files, signal && { signal }));
    return good(answers.receiptAnswer, answer);
  }

  function good<T extends v.GenericSchema>(schema: T, answer: SocketAnswer): v.InferOutput<T> {
    const problem = problemIn(answer);
    if (problem !== undefined) throw problem;
    return checked(schema, answer.body);
  }

  return {
    ...createAlertClient({ get, post }),
    send: (body) => post(answers.receiptAnswer, '/send', body),
    sendPhotos: (fields, files) => upload('/send_photo', fields, files),
    sendDocument: (fields, file) => upload('/send_document', fields, [file]),
    test: (user, wait) => post(answers.receiptAnswer, '/test', { user, wait }),
    redeemCode: (code, user) => post(answers.linkedAnswer, '/link', { user, code }),
    deepLink: (user) => post(answers.deepLinkAnswer, '/link', { user }),
    unlink: (user) => post(answers.unlinkedAnswer, '/unlink', { user }),
    status: (user) => get(answers.statusAnswer, '/status', { user }),
    destinations: (user) => get(answers.destinationsAnswer, '/destinations', { user }),
    addDestination: (body) => post(answers.destinationCodeAnswer, '/destinations', body),
    removeDestination: async (name, user) =>
      void good(answers.doneAnswer, await request('DELETE', pathOf(placePath(name), { user }))),
    changeSenders: (name, body) => post(answers.sendersAnswer, `${placePath(name)}/senders`, body),
    messages: (wanted) => get(answers.messagesAnswer, '/messages', { ...wanted }),
    counts: (days, user) => get(answers.countsAnswer, '/counts', { user, days }),
    scripts: (user) => get(answers.scriptsAnswer, '/scripts', { user }),
    runScript: (name, wait, user) => post(answers.runStatusAnswer, '/scripts/run', { user, name, wait }),
    scriptLog: (name, lines, user) => get(answers.logAnswer, '/scripts/log', { user, name, lines }),
    mute: (user, script) => post(answers.muteAnswer, '/mute', { user, script }),
    unmute: async (user, script) => void (await post(answers.doneAnswer, '/unmute', { user, script })),
    ask: (body) => post(questionAnswer, '/ask', body),
    question: (id, wait, user) => get(questionAnswer, questionPath(id), { wait, user }),
    cancelQuestion: async (id, user) =>
      good(questionAnswer, await request('DELETE', pathOf(questionPath(id), { user }))),
    beat: (body) => post(beatAnswer, '/beat', body),
    beats: (user) => get(beatsAnswer, '/beat', { user }),
    settings: (user) => get(settingsAnswer, '/settings', { user }),
    changeSettings: (body) => post(settingsAnswer, '/settings', body),
    rules: () => get(rulesAnswer, '/rules', {}),
    rotations: () => get(rotationsAnswer, '/rotations', {}),
    overrideRotation: (name, body) => post(rotationAnswer, overridePath(name), body),
    clearOverrides: async (name) => good(rotationAnswer, await request('DELETE', overridePath(name))),
    users: () => get(answers.usersAnswer, '/users', {}),
    queue: (limit) => get(answers.queueAnswer, '/queue', { limit }),
    failed: (limit) => get(answers.failedAnswer, '/failed', { limit }),
    retry: async (delivery) => void (await post(answers.doneAnswer, '/retry', { delivery })),
    async health() {
      const answer = await request('GET', '/health');
      const problem = problemIn(answer);
      if (problem !== undefined && problem.code !== 'degraded') throw problem;
      return checked(answers.healthAnswer, answer.body);
    },
    close: () => socket.close(),
  };
}
