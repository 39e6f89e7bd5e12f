/** Who is logged in: 256 random bits in a cookie, or with a program; their digest here and on disk. */
import { createHash, randomBytes } from 'node:crypto';
import { Problem } from '../../core/problem.ts';
import { shareNext } from '../../shared/process/serialize.ts';
import { isAlive, isProgram, type Proof, type Session } from './session.ts';
import type { SessionFile } from './session-file.ts';

/** Beyond this the oldest of one person ends. */
const MAX_PER_USER = 20;
/** Of one person; nothing ends to make room for another. */
const MAX_PROGRAMS = 10;
/** A visit is written down when the last one is this long ago. */
const NOTE_VISIT_MS = 10 * 60_000;

export interface Newcomer {
  readonly user: string;
  readonly uid?: number | undefined;
  readonly proof: Proof;
  readonly root: boolean;
  readonly device: string;
}

export interface Sessions {
  /** Reads what was there before a restart. @throws Problem `storage` */
  open(): Promise<void>;
  /** Begins a session, on disk before it answers. @returns the cookie's value. @throws Problem `storage` */
  begin(newcomer: Newcomer): Promise<string>;
  /**
   * Lets a program in, as whoever is logged in.
   *
   * @param name how they call it
   * @returns its key
   * @throws Problem `too_many_programs`, `storage`
   */
  beginProgram(owner: Session, name: string): Promise<string>;
  /** The session of a cookie's value, and counts as a visit. */
  find(token: string): Session | undefined;
  /** The session of a program's key, and counts as a visit. */
  findProgram(key: string): Session | undefined;
  /** Whether one that listens has neither ended nor expired. A program that listens is one that is used. */
  isAlive(session: Session): boolean;
  /** Somebody's sessions, or everybody's; the last visited first. */
  of(user?: string): readonly Session[];
  /** Ends one of a person's sessions; `false` when there is none. @throws Problem `storage` */
  end(user: string, key: string): Promise<boolean>;
  /** Ends all of a person's, programs too. @returns how many. @throws Problem `storage` */
  endAll(user: string): Promise<number>;
  readonly count: number;
  /** Writes what is not yet written. */
  close(): Promise<void>;
}

const keyOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** @param options.onEnd told of every session that ends, so that its streams can be cut */
export function createSessions(options: {
  readonly file: SessionFile;
  readonly now?: () => number;
  readonly onEnd?: (session: Session) => void;
}): Sessions {
  const { file, now = Date.now, onEnd = () => {} } = options;
  const sessions = new Map<string, Session>();
  /** What happened and isn't on disk yet: visits, and what could not be written. */
  let unwritten = false;
  const save = shareNext(async () => {
    unwritten = true;
    await file.write(sessions.values());
    unwritten = false;
  });

  const drop = (session: Session) => {
    if (sessions.delete(session.key)) onEnd(session);
  };
  const sweep = () => {
    const time = now();
    for (const session of sessions.values()) if (!isAlive(session, time)) drop(session);
  };
  const of = (user?: string) =>
    [...sessions.values()]
      .filter((session) => (user === undefined || session.user === user) && isAlive(session, now()))
      .sort((one, other) => other.seenAt - one.seenAt);

  const add = async (newcomer: Newcomer) => {
    const token = randomBytes(32).toString('base64url');
    const key = keyOf(token);
    const time = now();
    const { user, uid, proof, root, device } = newcomer;
    sessions.set(key, { key, user, uid, proof, root, device, createdAt: time, seenAt: time });
    try {
      await save();
    } catch (error) {
      sessions.delete(key);
      throw error;
    }
    return token;
  };

  const visit = (session: Session) => {
    const time = now();
    if (!isAlive(session, time)) {
      drop(session);
      return undefined;
    }
    if (time - session.seenAt < NOTE_VISIT_MS) return session;
    const visited = { ...session, seenAt: time };
    sessions.set(session.key, visited);
    // A visit that can't be written down now is written with the next.
    save().catch(() => {});
    return visited;
  };
  /** What is in a cookie is no key of a program's, nor the other way round. */
  const find = (token: string, program: boolean) => {
    const session = sessions.get(keyOf(token));
    return session !== undefined && isProgram(session) === program ? visit(session) : undefined;
  };

  return {
    async open() {
      for (const session of await file.read()) if (isAlive(session, now())) sessions.set(session.key, session);
    },
    async begin(newcomer) {
      sweep();
      const own = of(newcomer.user).filter((session) => !isProgram(session));
      for (const old of own.slice(MAX_PER_USER - 1)) drop(old);
      return add(newcomer);
    },
    async beginProgram({ user, uid }, name) {
      sweep();
      if (of(user).filter(isProgram).length >= MAX_PROGRAMS) {
        throw new Problem('too_many_programs', `You have ${MAX_PROGRAMS} programs already: end one first.`);
      }
      return add({ user, uid, proof: 'program', root: false, device: name });
    },
    find: (token) => find(token, false),
    findProgram: (key) => find(key, true),
    isAlive: ({ key }) => {
      const session = sessions.get(key);
      if (session === undefined) return false;
      return isProgram(session) ? visit(session) !== undefined : isAlive(session, now());
    },
    of,
    async end(user, key) {
      const session = sessions.get(key);
      if (session?.user !== user) return false;
      drop(session);
      await save();
      return true;
    },
    async endAll(user) {
      const own = of(user);
      for (const session of own) drop(session);
      await save();
      return own.length;
    },
    get count() {
      return sessions.size;
    },
    async close() {
      if (unwritten) await save().catch(() => {});
    },
  };
}
