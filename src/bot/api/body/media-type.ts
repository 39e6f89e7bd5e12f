import type { IncomingMessage } from 'node:http';
import { Problem } from '../../../core/problem.ts';

export type BodyKind = 'json' | 'multipart';

const HINTS: Readonly<Record<BodyKind, string>> = {
  json: 'application/json',
  multipart: 'multipart/form-data',
};

function kindOf(header: string): BodyKind | undefined {
  const [type = '', ...parameters] = header.split(';').map((piece) => piece.trim());
  if (type.toLowerCase() === HINTS.multipart) return 'multipart';
  if (type.toLowerCase() !== HINTS.json) return undefined;
  const charset = parameters.find((parameter) => /^charset=/i.test(parameter));
  return charset === undefined || /^charset="?utf-?8"?$/i.test(charset) ? 'json' : undefined;
}

/**
 * What kind of body a request announces.
 *
 * @param accepted the kinds this endpoint takes
 * @throws Problem `wrong_type` for any other, or for a compressed one
 */
export function bodyKind(request: IncomingMessage, accepted: readonly BodyKind[]): BodyKind {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new Problem('wrong_type', 'content-encoding: send the body as it is, not compressed.');
  }
  const header = request.headers['content-type'];
  const kind = header === undefined ? undefined : kindOf(header);
  if (kind !== undefined && accepted.includes(kind)) return kind;
  const expected = accepted.map((name) => HINTS[name]).join(' or ');
  const found = header === undefined ? 'nothing' : JSON.stringify(header.slice(0, 100));
  throw new Problem('wrong_type', `content-type: expected ${expected} (in UTF-8), found ${found}.`);
}
