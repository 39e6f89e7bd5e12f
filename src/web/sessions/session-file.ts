/**
 * The sessions, in `sessions.json`. It holds only digests of the cookies.
 *
 * Promises: a write that has resolved survives a power cut; an invalid file is renamed, never overwritten, and all
 * users have to log in again.
 */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { errnoOf, Problem } from '../../core/problem.ts';
import { makeDir, writeDurably } from '../../shared/files/durable.ts';
import { readRegular } from '../../shared/files/regular-file.ts';
import { storageProblem } from '../../shared/files/storage-problem.ts';
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
  // Version 0.1 also logged names without an account in; whoever gets such a name later must not inherit the session.
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
  const path = join(stateDir, 'sessions.json');

  const parse = (text: string): readonly Session[] | undefined => {
    try {
      const found = v.safeParse(content, JSON.parse(text));
      return found.success ? found.output.sessions.filter((one) => one !== undefined) : undefined;
    } catch {
      return undefined;
    }
  };

  return {
    async read() {
      try {
        await makeDir(stateDir);
        const sessions = parse((await readRegular(path)).toString('utf8'));
        if (sessions !== undefined) return sessions;
        await rename(path, `${path}.unreadable`);
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return [];
        throw storageProblem(path, error);
      }
      onProblem(`${path} was invalid and was renamed to ${path}.unreadable; all users have to log in again.`);
      return [];
    },
    async write(sessions) {
      try {
        await writeDurably(
          path,
          `${JSON.stringify({ version: 1, sessions: Array.from(sessions, recordOf) })}\n`,
          0o600,
        );
      } catch (error) {
        throw new Problem('storage', storageProblem(path, error).message, { cause: error });
      }
    },
  };
}
