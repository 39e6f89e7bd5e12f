/** Many senders at once. */
import { Agent, request } from 'node:http';
import type { Running } from './subject.ts';

const TEXT = { text: 'Revenue is down 12 % in eu_west since 09:00.', title: 'Revenue' };

/** One answer, or none. */
export interface Answered {
  /** 0 when the connection broke. */
  readonly status: number;
  readonly ms: number;
}

/** What is asked of many senders. */
export interface Load {
  readonly connections: number;
  readonly total: number;
  /** One connection after the other for each sender, or a new one for each request. */
  readonly keepAlive: boolean;
  /** Milliseconds to wait for delivery; 0 for the promise alone. */
  readonly wait: number;
}

/** What came of it. */
export interface Loaded {
  readonly perSecond: number;
  /** Of each request, ms. */
  readonly times: readonly number[];
  /** Requests that were neither 200 nor 202. */
  readonly refused: number;
}

/** One request and its whole answer. Never rejects. */
export function ask(
  socketPath: string,
  agent: Agent | false,
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<Answered> {
  const text = body && JSON.stringify(body);
  const headers = text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve) => {
    const begun = performance.now();
    const end = (status: number) => resolve({ status, ms: performance.now() - begun });
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

/** One message for somebody. Never rejects. */
const post = (socketPath: string, agent: Agent | false, user: string | undefined, wait: number) =>
  ask(socketPath, agent, '/send', { ...TEXT, wait, ...(user !== undefined && { user }) });

const isTaken = ({ status }: Answered) => status === 200 || status === 202;

/** Sends so many messages, to all users in turn. */
export async function load(
  { socketPath, users }: Running,
  { connections, total, keepAlive, wait }: Load,
): Promise<Loaded> {
  const agent = keepAlive ? new Agent({ keepAlive: true, maxSockets: connections }) : false;
  const answers: Answered[] = [];
  let begun = 0;
  const from = performance.now();
  const sender = async () => {
    while (begun < total) {
      const user = users[begun % users.length];
      begun += 1;
      answers.push(await post(socketPath, agent, user, wait));
    }
  };
  await Promise.all(Array.from({ length: connections }, sender));
  const seconds = (performance.now() - from) / 1000;
  if (agent) agent.destroy();
  const taken = answers.filter(isTaken);
  return { perSecond: taken.length / seconds, times: taken.map(({ ms }) => ms), refused: total - taken.length };
}

/** Everybody in the same instant, a new connection each. */
export async function herd(
  { socketPath, users }: Running,
  clients: number,
): Promise<{ accepted: number; seconds: number }> {
  const begun = performance.now();
  const answers = await Promise.all(
    Array.from({ length: clients }, (_, i) => post(socketPath, false, users[i % users.length], 0)),
  );
  return { accepted: answers.filter(isTaken).length, seconds: (performance.now() - begun) / 1000 };
}
