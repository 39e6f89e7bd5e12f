import { request } from 'node:http';

/** What came back. */
export interface Answered {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Every answer of the API's that an input may lead to. */
const STATUSES = [200, 202, 400, 403, 404, 405, 408, 409, 411, 413, 414, 415, 417, 422, 429, 431, 503];
const LONGEST_MS = 30_000;

/**
 * One request on a connection of its own, which the client closes: where the service does, Node's client may lose the
 * answer, since it ends a body by writing nothing once more.
 *
 * @param body bytes, as Latin-1
 */
export function ask(socketPath: string, method: string, path: string, body: string, type: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': type, connection: 'keep-alive' };
    const asked = request({ socketPath, method, path, headers, agent: false, timeout: LONGEST_MS }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, type: String(response.headers['content-type']), text });
        asked.destroy();
      });
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${LONGEST_MS} ms`)));
    asked.on('error', reject);
    asked.end(Buffer.from(body, 'latin1'));
  });
}

/** @throws Error when an answer is not one that the API gives: one sentence and a word, or what was asked for */
export function assertSane({ status, type, text }: Answered): void {
  if (!STATUSES.includes(status)) throw new Error(`answered with ${status}: ${text.slice(0, 500)}`);
  if (type.startsWith('text/plain') && status === 200) return;
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error(`answered with ${text.slice(0, 500)}`);
  if (status < 400) return;
  const { error, code, status: health } = value as { error?: unknown; code?: unknown; status?: unknown };
  if (health === 'degraded') return;
  const isSentence = typeof error === 'string' && /^[^\n]{3,1000}[.]$/.test(error);
  if (!isSentence || typeof code !== 'string' || !/^[a-z_]+$/.test(code)) {
    throw new Error(`answered ${status} with ${text.slice(0, 500)}`);
  }
}
