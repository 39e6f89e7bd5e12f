/**
 * Who is logged in, in `sessions.json`.
 *
 * Promises: a write that has resolved survives a power cut; what can't be read is put aside, never overwritten, and
 * everybody logs in anew. Only digests of the cookies are in it.
 */
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { errnoOf, Problem } from '../../core/problem.ts';
import { makeDir, writeDurably } from '../../shared/files/durable.ts';
import { storageProblem } from '../../shared/files/storage-problem.ts';
import { type Session, sessionShape } from './session.ts';

const content = v.object({ version: v.literal(1), sessions: v.array(sessionShape) });

export interface SessionFile {
  /** @throws Problem `storage` when the file is there and can't be had at all */
  read(): Promise<readonly Session[]>;
  /** @throws Problem `storage` */
  write(sessions: Iterable<Session>): Promise<void>;
}

/** @param complain told when a file was put aside */
export function createSessionFile(stateDir: string, complain: (sentence: string) => void): SessionFile {
  const path = join(stateDir, 'sessions.json');

  const parse = (text: string): readonly Session[] | undefined => {
    try {
      const found = v.safeParse(content, JSON.parse(text));
      return found.success ? found.output.sessions : undefined;
    } catch {
      return undefined;
    }
  };

  return {
    async read() {
      try {
        await makeDir(stateDir);
        const sessions = parse(await readFile(path, 'utf8'));
        if (sessions !== undefined) return sessions;
        await rename(path, `${path}.unreadable`);
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return [];
        throw storageProblem(path, error);
      }
      complain(`${path} is not what it should be; it is now ${path}.unreadable, and everybody logs in anew.`);
      return [];
    },
    async write(sessions) {
      try {
        await writeDurably(path, `${JSON.stringify({ version: 1, sessions: [...sessions] })}\n`, 0o600);
      } catch (error) {
        throw new Problem('storage', storageProblem(path, error).message, { cause: error });
      }
    },
  };
}
