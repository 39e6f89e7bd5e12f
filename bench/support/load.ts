/** Load from many concurrent senders. */
import { Agent, request } from 'node:http';
import type { Running } from './subject.ts';

const TEXT = { text: 'Revenue is down 12 % in eu_west since 09:00.', title: 'Revenue' };

/** The result of one request. */
export interface Answered {
  /** 0 if the connection broke. */
  readonly status: number;
  readonly ms: number;
}

/** Parameters of a load. */
export interface Load {
  readonly connections: number;
  readonly total: number;
  /** Whether each sender keeps its connection, or opens a new one for each request. */
  readonly keepAlive: boolean;
  /** Milliseconds to wait for delivery; 0 for acceptance only. */
  readonly wait: number;
}

/** The results of a load. */
export interface LoadResult {
  readonly perSecond: number;
  /** Of each request, ms. */
  readonly times: readonly number[];
  /** Requests that were neither 200 nor 202. */
  readonly refused: number;
}

/** Sends one request and reads the complete answer. Never rejects. */
export function ask(socketPath: string, agent: Agent | false, path: string, body?: object): Promise<Answered> {
  const text = body && JSON.stringify(body);
  const headers = text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const end = (status: number) => resolve({ status, ms: performance.now() - startedAt });
    const asked = request(
      { socketPath, path, method: text ? 'POST' : 'GET', agent, ...(headers && { headers }) },
      (response) => {
        response.resume();
        response.on('end', () => end(response.statusCode ?? 0));
        response.on('error', () => end(0));
      },
    );
    asked.on('error', () => end(0));
    asked.end(text);
  });
}

/** Sends one message to a user. Never rejects. */
const post = (socketPath: string, agent: Agent | false, user: string | undefined, wait: number) =>
  ask(socketPath, agent, '/send', { ...TEXT, wait, ...(user !== undefined && { user }) });

const isTaken = ({ status }: Answered) => status === 200 || status === 202;

/** Sends messages to all users in turn. */
export async function load(
  { socketPath, users }: Running,
  { connections, total, keepAlive, wait }: Load,
): Promise<LoadResult> {
  const agent = keepAlive ? new Agent({ keepAlive: true, maxSockets: connections }) : false;
  const answers: Answered[] = [];
  let sent = 0;
  const from = performance.now();
  const sender = async () => {
    while (sent < total) {
      const user = users[sent % users.length];
      sent += 1;
      answers.push(await post(socketPath, agent, user, wait));
    }
  };
  await Promise.all(Array.from({ length: connections }, sender));
  const seconds = (performance.now() - from) / 1000;
  if (agent) agent.destroy();
  const taken = answers.filter(isTaken);
  return { perSecond: taken.length / seconds, times: taken.map(({ ms }) => ms), refused: total - taken.length };
}

/** All clients in the same instant, each with a new connection. */
export async function herd(
  { socketPath, users }: Running,
  clients: number,
): Promise<{ accepted: number; seconds: number }> {
  const startedAt = performance.now();
  const answers = await Promise.all(
    Array.from({ length: clients }, (_, i) => post(socketPath, false, users[i % users.length], 0)),
  );
  return { accepted: answers.filter(isTaken).length, seconds: (performance.now() - startedAt) / 1000 };
}
