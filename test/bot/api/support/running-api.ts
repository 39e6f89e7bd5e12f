/** A running API in a folder of its own, and ways to speak to it as anybody. */
import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Accounts, createAccounts } from '../../../../src/bot/api/callers/accounts.ts';
import { type Api, type ApiSettings, createApi } from '../../../../src/bot/api/server.ts';
import { createLog } from '../../../../src/shared/process/log.ts';
import { createMemoryServices, type MemoryServices } from './memory-services.ts';

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

export interface RunningApi {
  readonly api: Api;
  readonly services: MemoryServices;
  readonly folder: string;
  readonly socketPath: string;
  readonly logLines: string[];
  close(): Promise<void>;
}

/** Numbers that no test's caller has, so that nobody is the service by accident. */
export const NOBODYS_UID = 4_000_000_000;

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nb-api-'));
  chmodSync(folder, 0o755);
  return folder;
}

export async function startApi(
  settings: Partial<ApiSettings> = {},
  accounts: Accounts = createAccounts(),
): Promise<RunningApi> {
  const folder = newFolder();
  const socketPath = settings.socketPath ?? join(folder, 'run', 'bot.sock');
  const services = createMemoryServices(folder);
  const logLines: string[] = [];
  const api = createApi({
    services,
    accounts,
    log: createLog('debug', [(line) => logLines.push(line)]),
    settings: { socketPath, trustedUsers: [], ratePerMinute: 100_000, serviceUid: NOBODYS_UID, ...settings },
  });
  const close = async () => {
    await api.stop(200);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await api.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { api, services, folder, socketPath, logLines, close };
}

export function answered(status: number, headers: Answered['headers'], text: string): Answered {
  const json = String(headers['content-type'] ?? '').startsWith('application/json') && text !== '';
  return { status, headers, text, body: json ? JSON.parse(text) : {} };
}

/** One request on a connection of its own. */
export function call(
  socketPath: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const raw = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined;
  const content = raw ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const type = content === undefined ? {} : { 'content-type': 'application/json' };
    const options = { socketPath, method, path, agent: false, headers: { ...type, ...headers } };
    const request = httpRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve(answered(response.statusCode ?? 0, response.headers, Buffer.concat(chunks).toString())),
      );
    });
    request.on('error', reject);
    request.end(content);
  });
}

/** What a script in another process runs: a request read from its arguments, the answer printed as JSON. */
const CALLER_SCRIPT = `
const [socketPath, method, path, body, type] = process.argv.slice(1);
const headers = body === '' ? {} : { 'content-type': type };
const request = require('node:http').request({ socketPath, method, path, headers }, (response) => {
  let text = '';
  response.on('data', (chunk) => { text += chunk; });
  response.on('end', () => console.log(JSON.stringify({ status: response.statusCode, headers: response.headers, text })));
});
request.on('error', (error) => console.log(JSON.stringify({ status: 0, headers: {}, text: error.code })));
request.end(body);
`;

interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly hasAccount?: boolean;
}

const groupsOf = ({ uid, gid, hasAccount }: Identity) => [
  `--reuid=${uid}`,
  `--regid=${gid}`,
  hasAccount === false ? '--clear-groups' : '--init-groups',
];

/** Opens connections, sends a head and a number of bytes on each, and leaves them so; prints what happens to each. */
const HOLDER_SCRIPT = `
const [socketPath, count, head, bytes] = process.argv.slice(1);
for (let index = 0; index < Number(count); index += 1) {
  const socket = require('node:net').connect(socketPath);
  const tell = (event) => console.log(JSON.stringify({ index, event }));
  socket.on('error', () => {});
  socket.once('data', (answer) => tell(answer.toString('latin1')));
  socket.write(head);
  socket.write(Buffer.alloc(Number(bytes), 32), () => tell('sent'));
}
`;

/** Unfinished requests of another process, each on a connection of its own. */
export interface HeldRequests {
  /** How many have passed all their bytes to the system: the service has read the most of them. */
  sent(): number;
  /** The answers so far. */
  readonly answers: readonly string[];
  end(): void;
}

/** Makes unfinished requests as another user. @param head with its empty line @param bytes of the body, spaces */
export function holdAs(who: Identity, socketPath: string, count: number, head: string, bytes: number): HeldRequests {
  const script = ['-e', HOLDER_SCRIPT, socketPath, String(count), head, String(bytes)];
  const child = spawn('setpriv', [...groupsOf(who), process.execPath, ...script], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const answers: string[] = [];
  let sent = 0;
  createInterface(child.stdout).on('line', (line) => {
    const { event } = JSON.parse(line);
    if (event === 'sent') sent += 1;
    else answers.push(event);
  });
  return { sent: () => sent, answers, end: () => child.kill('SIGKILL') };
}

/** One request made by another process, as another user; status 0 and the error's name when it can't connect. */
export function callAs(
  who: Identity,
  socketPath: string,
  method: string,
  path: string,
  body?: unknown,
  type = 'application/json',
): Promise<Answered> {
  const content = body === undefined ? '' : JSON.stringify(body);
  return runAs(who, CALLER_SCRIPT, socketPath, method, path, content, type).then((stdout) => {
    const { status, headers, text } = JSON.parse(stdout);
    return answered(status, headers, text);
  });
}

/** Runs a JavaScript as another user. @returns what it prints */
function runAs(who: Identity, script: string, ...words: readonly string[]): Promise<string> {
  const command = [...groupsOf(who), process.execPath, '-e', script, ...words];
  return new Promise((resolve, reject) => {
    execFile('setpriv', command, { cwd: '/' }, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  });
}

/** A connection to write anything to; collects what comes back. */
export interface RawConnection {
  readonly socket: Socket;
  readonly received: () => string;
  /** Resolves when the other end closed. */
  readonly closed: Promise<void>;
  /** Resolves when what came back holds `text`. */
  until(text: string): Promise<void>;
}

export function rawConnection(socketPath: string): Promise<RawConnection> {
  const socket = connect(socketPath);
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const until = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => received.includes(text) && resolve();
      socket.on('data', look);
      socket.once('close', () => reject(new Error(`closed before ${JSON.stringify(text)} came: ${received}`)));
      look();
    });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => resolve({ socket, received: () => received, closed, until }));
  });
}

/** Asks the same again and again, one after the other. */
const ASKER_SCRIPT = `
const { request } = require('node:http');
const [socketPath, path, times] = process.argv.slice(1);
const ask = () => new Promise((resolve) => request({ socketPath, path }, (response) => {
  response.resume().on('end', () => resolve(response.statusCode));
}).end());
(async () => {
  const counts = {};
  for (let index = 0; index < Number(times); index += 1) {
    const status = await ask();
    counts[status] = (counts[status] ?? 0) + 1;
  }
  console.log(JSON.stringify(counts));
})();
`;

/** The same question from another process, as another user. @returns how many answers had each status */
export async function askAs(
  who: Identity,
  socketPath: string,
  path: string,
  times: number,
): Promise<Readonly<Record<number, number>>> {
  return JSON.parse(await runAs(who, ASKER_SCRIPT, socketPath, path, String(times)));
}
