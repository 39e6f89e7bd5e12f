/** Posts beats to the bot with Node's own modules: the project's clients would cost a run 8 MB. */
import { request } from 'node:http';
import { type JsonObject, jsonObjectIn } from '../../shared/json/json-object.ts';

/** How long the bot may take, ms: nothing depends on its answer. */
const ANSWER_MS = 5_000;
/** Characters of an answer that are read. */
const MOST_ANSWER = 64 * 1024;

/** Posts a beat. Never rejects. @returns the answer, a JSON object; `undefined` for another or none */
export function postBeat(socketPath: string, body: object): Promise<JsonObject | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const headers = { 'content-type': 'application/json', connection: 'close' };
    const signal = AbortSignal.timeout(ANSWER_MS);
    const asked = request({ socketPath, method: 'POST', path: '/beat', headers, signal, agent: false }, (answer) => {
      const take = (part: string) => {
        text = (text + part).slice(0, MOST_ANSWER);
      };
      answer
        .setEncoding('utf8')
        .on('data', take)
        .once('error', () => {});
    });
    asked.once('error', () => {}).once('close', () => resolve(jsonObjectIn(text)));
    asked.end(JSON.stringify(body));
  });
}
