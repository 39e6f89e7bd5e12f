/** The sessions: 256 random bits in a cookie or with a program; here and on disk only their digest. */
import { createHash, randomBytes } from 'node:crypto';
import { Problem } from '../../core/problem.ts';
import { shareNext } from '../../shared/process/serialize.ts';
import { isAlive, isProgram, type LoginMethod, type Session } from './session.ts';
import type { SessionFile } from './session-file.ts';

/** Browser sessions of a user; another one ends the oldest. */
const MAX_PER_USER = 20;
/** Program keys of a user; another one is refused. */
const MAX_PROGRAMS = 10;
/** A visit is stored if the last stored one is older than this. */
const VISIT_STEP_MS = 10 * 60_000;

export interface NewSession {
  readonly user: string;
  readonly uid: number;
  readonly method: LoginMethod;
  readonly root: boolean;
  readonly device: string;
}

export interface Sessions {
  /** Reads the stored sessions. @throws Problem `storage` */
  open(): Promise<void>;
  /** Creates a session, on disk when it resolves. @returns the cookie's value. @throws Problem `storage` */
  begin(newSession: NewSession): Promise<string>;
  /**
   * Creates a program key for the user of a session.
   *
   * @param name the program's name
   * @returns its key
   * @throws Problem `too_many_programs`, `storage`
   */
  beginProgram(owner: Session, name: string): Promise<string>;
  /** The session of a cookie's value; counts as a visit. */
  find(token: string): Session | undefined;
  /** The session of a program's key; counts as a visit. */
  findProgram(key: string): Session | undefined;
  /** Whether a listening session has neither ended nor expired. For a program, listening counts as a visit. */
  isAlive(session: Session): boolean;
  /** A user's sessions, or all; the most recently used first. */
  of(user?: string): readonly Session[];
  /** Ends one session of a user. @returns `false` if there is none. @throws Problem `storage` */
  end(user: string, key: string): Promise<boolean>;
  /** Ends all sessions of a user, including programs. @returns their number. @throws Problem `storage` */
  endAll(user: string): Promise<number>;
  readonly count: number;
  /** Writes pending changes. */
  close(): Promise<void>;
}

const keyOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** @param options.onEnd called for every session that ends, so that its streams can be closed */
export function createSessions(options: {
  readonly file: SessionFile;
  readonly now?: () => number;
  readonly onEnd?: (session: Session) => void;
}): Sessions {
  const { file, now = Date.now, onEnd = () => {} } = options;
  const sessions = new Map<string, Session>();
  /** Whether there are changes that are not on disk: visits, or a failed write. */
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

  const add = async (newSession: NewSession) => {
    const token = randomBytes(32).toString('base64url');
    const key = keyOf(token);
    const time = now();
    const { user, uid, method, root, device } = newSession;
    sessions.set(key, { key, user, uid, method, root, device, createdAt: time, seenAt: time });
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
    if (time - session.seenAt < VISIT_STEP_MS) return session;
    const visited = { ...session, seenAt: time };
    sessions.set(session.key, visited);
    // If the visit can't be written now, the next write includes it.
    save().catch(() => {});
    return visited;
  };
  /** A cookie's value is not accepted as a program's key, nor vice versa. */
  const find = (token: string, program: boolean) => {
    const session = sessions.get(keyOf(token));
    return session !== undefined && isProgram(session) === program ? visit(session) : undefined;
  };

  return {
    async open() {
      for (const session of await file.read()) if (isAlive(session, now())) sessions.set(session.key, session);
    },
    async begin(newSession) {
      sweep();
      const own = of(newSession.user).filter((session) => !isProgram(session));
      for (const old of own.slice(MAX_PER_USER - 1)) drop(old);
      return add(newSession);
    },
    async beginProgram({ user, uid }, name) {
      sweep();
      if (of(user).filter(isProgram).length >= MAX_PROGRAMS) {
        throw new Problem('too_many_programs', `You already have ${MAX_PROGRAMS} programs: end one first.`);
      }
      return add({ user, uid, method: 'program', root: false, device: name });
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
