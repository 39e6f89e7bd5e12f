/** Scripted failures: the calls that they apply to, and what the client receives. */
import type { ServerResponse } from 'node:http';
import type { ErrorParameters } from './http/api-error.ts';

/**
 * Replaces the answer of a call:
 * - `{status, body}` any HTTP answer; `{error_code, description}` a Bot API error
 * - `hang` no answer, connection kept open · `reset` connection dropped without performing the call
 * - `accept-then-reset` call performed, connection dropped before the answer
 * - `garbage` a gateway's 502 page · `half-json` a truncated answer · `endless` an answer without an end
 * - `slow` the correct answer, `ms` later
 */
type FaultAnswer =
  | { readonly status: number; readonly body: string }
  | { readonly error_code: number; readonly description: string; readonly parameters?: ErrorParameters }
  | 'hang'
  | 'reset'
  | 'accept-then-reset'
  | 'garbage'
  | 'half-json'
  | 'endless'
  | 'slow';

/** A scripted failure. */
export interface FaultRule {
  /** The method it applies to, ignoring case; every method by default. */
  readonly method?: string;
  /** The chat it applies to; every call by default. */
  readonly chatId?: number;
  /** Number of such calls that it lets pass first; 0 by default. */
  readonly after?: number;
  /** Number of calls it applies to, `Infinity` allowed; 1 by default. */
  readonly times?: number;
  readonly answer: FaultAnswer;
  /** Milliseconds for `slow`, 1000 by default. */
  readonly ms?: number;
}

/** @see createFaults */
export interface Faults {
  add(rule: FaultRule): void;
  clear(): void;
  /** The oldest rule that applies to this call; counts as one use of it. */
  take(method: string, chatId: number | undefined): FaultRule | undefined;
}

function appliesTo(rule: FaultRule, method: string, chatId: number | undefined): boolean {
  if (rule.method !== undefined && rule.method.toLowerCase() !== method.toLowerCase()) return false;
  return rule.chatId === undefined || rule.chatId === chatId;
}

/** Creates an empty list of faults. */
export function createFaults(): Faults {
  let rules: { readonly rule: FaultRule; passing: number; left: number }[] = [];
  return {
    add: (rule) => {
      rules.push({ rule, passing: rule.after ?? 0, left: rule.times ?? 1 });
    },
    clear: () => {
      rules = [];
    },
    take(method, chatId) {
      if (rules.length === 0) return undefined;
      const applying = rules.filter(({ rule }) => appliesTo(rule, method, chatId));
      const hit = applying.find((entry) => {
        if (entry.passing === 0) return true;
        entry.passing -= 1;
        return false;
      });
      if (hit === undefined) return undefined;
      hit.left -= 1;
      if (hit.left <= 0) rules = rules.filter((entry) => entry !== hit);
      return hit.rule;
    },
  };
}

const BAD_GATEWAY =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n' +
  '<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n';

function writeEndlessly(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"ok":true,"result":"');
  const filler = 'a'.repeat(16 * 1024);
  const timer = setInterval(() => {
    if (!response.writableNeedDrain) response.write(filler);
  }, 10);
  response.on('close', () => clearInterval(timer));
}

/**
 * Sends a fault instead of the answer.
 * @returns the HTTP status sent, 0 for none; `undefined` for faults that perform the call first
 */
export function playFault({ answer }: FaultRule, response: ServerResponse): number | undefined {
  if (typeof answer === 'object') {
    const status = 'status' in answer ? answer.status : answer.error_code;
    const body = 'status' in answer ? answer.body : JSON.stringify({ ok: false, ...answer });
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body);
    return status;
  }
  switch (answer) {
    case 'hang':
      return 0;
    case 'reset':
      response.socket?.resetAndDestroy();
      return 0;
    case 'garbage':
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end(BAD_GATEWAY);
      return 502;
    case 'half-json':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"ok":true,"result":{"message_id":1,"da');
      return 200;
    case 'endless':
      writeEndlessly(response);
      return 200;
    case 'slow':
    case 'accept-then-reset':
      return undefined;
  }
}
