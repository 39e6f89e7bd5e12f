/**
 * Kernel functions that Node lacks, called through libc: the process at the other end of a unix socket, file locks,
 * datagrams. koffi is loaded at the first call, so that programs that need none of them don't pay for it.
 */
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { Problem, sentenceOf } from '../../core/problem.ts';

/** The process at the other end of a unix socket, as the kernel recorded it when the connection was made. */
export interface PeerCredentials {
  /** 0 when the process lives in another pid namespace. */
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

interface Libc {
  getsockopt(fd: number, level: number, option: number, value: Buffer, length: number[]): number;
  flock(fd: number, operation: number): number;
  socket(domain: number, type: number, protocol: number): number;
  sendto(fd: number, data: Buffer, length: number, flags: number, address: Buffer, addressLength: number): number;
  close(fd: number): number;
  malloc_trim?: ((pad: number) => number) | undefined;
  errno(): number;
}

// Constants of Linux: socket(7), unix(7), flock(2), send(2).
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const LOCK_EX = 2;
const LOCK_NB = 4;
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2_000_000;
const MSG_NOSIGNAL = 0x4000;
const EINTR = 4;
const EWOULDBLOCK = 11;
/** `struct ucred`: pid, uid and gid, 32 bits each. */
const UCRED_BYTES = 12;
/** The kernel's value for "no user": a socket of another family, or one that never connected. */
const NO_UID = 0xffff_ffff;

let loaded: Libc | undefined;

function libc(): Libc {
  loaded ??= load();
  return loaded;
}

/** For functions that not every libc has. */
function optional<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}

function load(): Libc {
  try {
    const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi');
    const library = koffi.load(null);
    return {
      getsockopt: library.func(
        'int getsockopt(int fd, int level, int option, _Out_ void *value, _Inout_ uint32_t *length)',
      ),
      flock: library.func('int flock(int fd, int operation)'),
      socket: library.func('int socket(int domain, int type, int protocol)'),
      sendto: library.func(
        'intptr_t sendto(int fd, const uint8_t *data, size_t length, int flags, const uint8_t *address, uint32_t addressLength)',
      ),
      close: library.func('int close(int fd)'),
      malloc_trim: optional(() => library.func('int malloc_trim(size_t pad)')),
      errno: () => koffi.errno(),
    };
  } catch (error) {
    const message = `Callers can't be identified because koffi didn't load: ${sentenceOf(error)}`;
    throw new Problem('no_kernel', message, { cause: error });
  }
}

function descriptorOf(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return undefined;
  const fd: unknown = Reflect.get(handle, 'fd');
  return typeof fd === 'number' && fd >= 0 ? fd : undefined;
}

/**
 * Identifies the process at the other end of a connected unix socket that this process inherited.
 *
 * @param fd its descriptor
 * @throws Problem `no_peer` if it is no such socket; `no_kernel` without koffi
 */
export function peerCredentialsOf(fd: number): PeerCredentials {
  const value = Buffer.alloc(UCRED_BYTES);
  const length = [UCRED_BYTES];
  const result = libc().getsockopt(fd, SOL_SOCKET, SO_PEERCRED, value, length);
  const uid = value.readUInt32LE(4);
  if (result !== 0 || length[0] !== UCRED_BYTES || uid === NO_UID) {
    throw new Problem('no_peer', 'The kernel names no process at the other end of this connection.');
  }
  return { pid: value.readInt32LE(0), uid, gid: value.readUInt32LE(8) };
}

/**
 * Identifies the process at the other end of a connected unix socket (`SO_PEERCRED`). Works at both ends: a server
 * identifies the caller, a client the listener.
 *
 * @throws Problem `no_peer` if it is not a unix socket, or already closed; `no_kernel` without koffi
 */
export function peerCredentials(socket: Socket): PeerCredentials {
  const fd = descriptorOf(socket);
  if (fd === undefined) throw new Problem('no_peer', 'The connection is closed, so its peer is unknown.');
  return peerCredentialsOf(fd);
}

/**
 * Takes an exclusive lock on an open file unless another process holds one (`flock`). The lock ends when the file is
 * closed, also by a crash.
 *
 * @returns `false` if another process holds it
 * @throws Problem `no_lock` if this file can't be locked at all
 */
export function tryLockFile(fd: number): boolean {
  for (;;) {
    if (libc().flock(fd, LOCK_EX | LOCK_NB) === 0) return true;
    const errno = libc().errno();
    if (errno === EWOULDBLOCK) return false;
    if (errno !== EINTR) throw new Problem('no_lock', `The file can't be locked (flock: error ${errno}).`);
  }
}

/** A `struct sockaddr_un`; a path that begins with `@` is an abstract one, unix(7). */
function unixAddress(path: string): Buffer {
  const name = Buffer.from(path.startsWith('@') ? `\0${path.slice(1)}` : `${path}\0`);
  const family = Buffer.alloc(2);
  family.writeUInt16LE(AF_UNIX);
  return Buffer.concat([family, name]);
}

/**
 * Sends one datagram to a unix socket, as `sd_notify(3)` does, without waiting.
 *
 * @param path absolute, or an abstract name with a leading `@`
 * @throws Problem `no_datagram` if it can't be delivered
 */
export function sendDatagram(path: string, text: string): void {
  const fd = libc().socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw new Problem('no_datagram', `No socket could be made (error ${libc().errno()}).`);
  try {
    const data = Buffer.from(text);
    const address = unixAddress(path);
    if (libc().sendto(fd, data, data.length, MSG_NOSIGNAL, address, address.length) < 0) {
      throw new Problem('no_datagram', `${path} takes no message (error ${libc().errno()}).`);
    }
  } finally {
    libc().close(fd);
  }
}

/** Returns freed memory to the system (glibc's `malloc_trim(3)`); does nothing if libc lacks that function. */
export function trimHeap(): void {
  libc().malloc_trim?.(0);
}
