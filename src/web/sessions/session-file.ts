/**
 * The sessions, in `sessions.json`. It holds only digests of the cookies.
 *
 * Promises: a write that has resolved survives a power cut; an invalid file is renamed, never overwritten, and all
 * users have to log in again.
 */
import { join } from 'node:path';
import * as v from 'valibot';
import { createOwnFile } from '../../shared/json/own-file.ts';
import type { Session } from './session.ts';

/** In the file, a session's `method` is called `proof`. */
const session = v.pipe(
  v.object({
    key: v.string(),
    user: v.string(),
    uid: v.optional(v.number()),
    proof: v.picklist(['oidc', 'host', 'program']),
    root: v.boolean(),
    device: v.string(),
    createdAt: v.number(),
    seenAt: v.number(),
  }),
  // Version 0.1 also logged names without an account in; who gets such a name later must not inherit the session.
  v.transform(({ proof, uid, ...rest }): Session | undefined =>
    uid === undefined ? undefined : { ...rest, uid, method: proof },
  ),
);
const content = v.object({ version: v.literal(1), sessions: v.array(session) });
const recordOf = ({ method, ...rest }: Session) => ({ ...rest, proof: method });

export interface SessionFile {
  /** @throws Problem `storage` if the file exists and can't be read or renamed */
  read(): Promise<readonly Session[]>;
  /** @throws Problem `storage` */
  write(sessions: Iterable<Session>): Promise<void>;
}

/** @param onProblem called when an invalid file was renamed */
export function createSessionFile(stateDir: string, onProblem: (sentence: string) => void): SessionFile {
  const file = createOwnFile({
    path: join(stateDir, 'sessions.json'),
    schema: content,
    loss: 'all users have to log in again.',
    onProblem,
  });
  return {
    async read() {
      const { sessions = [] } = (await file.read()) ?? {};
      return sessions.filter((one) => one !== undefined);
    },
    write: (sessions) => file.write(`${JSON.stringify({ version: 1, sessions: Array.from(sessions, recordOf) })}\n`),
  };
}
