/**
 * The socket's path. A lock file beside it (`bot.sock.lock`), which the kernel releases when the process ends, keeps a
 * second service away. A socket on which no process listens is a leftover and is removed; anything else at the path is
 * left alone. The socket appears under its name only when its owner, group and mode are right.
 */

import { constants } from 'node:fs';
import { chmod, chown, lstat, open, rename, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { errnoOf, Problem } from '../../../core/problem.ts';
import { makeDirsAsync } from '../../../shared/files/make-dirs.ts';
import { type PeerCredentials, peerCredentials, tryLockFile } from '../../../shared/host/libc.ts';
import type { Accounts } from '../callers/accounts.ts';

/** `sun_path` holds 108 bytes with its closing zero, unix(7); the name to bind is one byte longer than the real one. */
const MAX_PATH_BYTES = 106;

/** A path for a socket that this process alone uses. */
export interface HeldSocketPath {
  /** Where to bind; `publish` moves it to its real name. */
  readonly bindPath: string;
  /** Gives the bound socket its mode (and group), then its name. */
  publish(mode: number, gid?: number): Promise<void>;
  /** Gives the published socket another mode (and group). */
  change(mode: number, gid?: number): Promise<void>;
  /** Removes the socket if it is still this process's own, so that no client finds it. */
  withdraw(): Promise<void>;
  /** Withdraws, and releases the path for another service. */
  release(): Promise<void>;
}

type Answering = { readonly peer: PeerCredentials | undefined } | undefined;

/** The process that listens on a socket; `undefined` when none does. */
function listenerAt(path: string): Promise<Answering> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      let peer: PeerCredentials | undefined;
      try {
        peer = peerCredentials(socket);
      } catch {
        // It accepted and has ended since; that it listened is enough.
      }
      socket.destroy();
      resolve({ peer });
    });
    socket.once('error', (error) => {
      const errno = errnoOf(error);
      if (errno === 'ECONNREFUSED' || errno === 'ENOENT') resolve(undefined);
      // The queue of connections is full: a process listens and is busy.
      else if (errno === 'EAGAIN') resolve({ peer: undefined });
      else
        reject(new Problem('socket_path', `${path}: can't be asked who answers there (${errno}).`, { cause: error }));
    });
  });
}

/** Whether there is a socket at `path` on which no process listens. @throws Problem `socket_path` */
export async function isLeftover(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  return stats?.isSocket() === true && (await listenerAt(path)) === undefined;
}

async function alreadyRunning(path: string, answering: Answering, accounts: Accounts): Promise<Problem> {
  const peer = answering?.peer;
  const account = peer && (await accounts.byUid(peer.uid).catch(() => undefined));
  const who = peer
    ? `process ${peer.pid}, user ${account?.name ?? peer.uid}, answers on ${path}`
    : `another process holds ${path}`;
  return new Problem('service_running', `notify-bot is running already: ${who}. Stop it first.`);
}

async function takeLock(path: string, accounts: Accounts) {
  const lockPath = `${path}.lock`;
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
  const lock = await open(lockPath, flags, 0o600).catch((error: unknown) => {
    throw new Problem('socket_path', `${lockPath}: can't be opened (${errnoOf(error)}).`, { cause: error });
  });
  try {
    if (tryLockFile(lock.fd)) return lock;
    throw await alreadyRunning(path, await listenerAt(path).catch(() => undefined), accounts);
  } catch (error) {
    await lock.close();
    throw error;
  }
}

async function clear(path: string, accounts: Accounts): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) return;
  if (!stats.isSocket()) {
    throw new Problem('socket_path', `${path}: something that is not a socket stands there; move it away.`);
  }
  const answering = await listenerAt(path);
  if (answering !== undefined) throw await alreadyRunning(path, answering, accounts);
  await rm(path, { force: true });
}

async function makeFolder(folder: string): Promise<void> {
  try {
    const made = await makeDirsAsync(folder);
    // With any umask, other users must be able to reach the socket.
    if (made !== undefined) await chmod(folder, 0o755);
  } catch (error) {
    throw new Problem('socket_path', `${folder}: can't be made (${errnoOf(error)}).`, { cause: error });
  }
}

const identityOf = async (path: string) => {
  const stats = await lstat(path).catch(() => undefined);
  return stats && `${stats.dev}:${stats.ino}`;
};

/**
 * Takes `path`, and makes its folder (0755) if there is none.
 *
 * @throws Problem `service_running`, which names the process that listens; `socket_path` for another obstacle
 */
export async function takePlace(path: string, accounts: Accounts): Promise<HeldSocketPath> {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new Problem('socket_path', `${path}: a socket's path may have at most ${MAX_PATH_BYTES} bytes.`);
  }
  await makeFolder(dirname(path));
  const lock = await takeLock(path, accounts);
  const bindPath = join(dirname(path), `.${basename(path)}`);
  try {
    await clear(path, accounts);
    await rm(bindPath, { force: true });
  } catch (error) {
    await lock.close();
    throw error;
  }
  let ours: string | undefined;
  let released: Promise<void> | undefined;

  const withdraw = async () => {
    await rm(bindPath, { force: true }).catch(() => {});
    if (ours !== undefined && (await identityOf(path)) === ours) await rm(path, { force: true }).catch(() => {});
    ours = undefined;
  };
  const release = async () => {
    await withdraw();
    await lock.close();
  };
  return {
    bindPath,
    async publish(mode, gid) {
      if (gid !== undefined) await chown(bindPath, -1, gid);
      await chmod(bindPath, mode);
      ours = await identityOf(bindPath);
      await rename(bindPath, path);
    },
    async change(mode, gid) {
      if (ours === undefined || (await identityOf(path)) !== ours) return;
      // First closed to the others of the former group, or to all.
      if (gid !== undefined) await chown(path, -1, gid);
      await chmod(path, mode);
    },
    withdraw,
    release: () => {
      released ??= release();
      return released;
    },
  };
}
