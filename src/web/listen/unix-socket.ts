/** Listens on a unix socket at a path of the service's own. */
import { chmod, rm } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { errnoOf, Problem } from '../../core/problem.ts';
import { makeDirsAsync } from '../../shared/files/make-dirs.ts';

/** Whether another process listens on the socket. One left over from a killed process refuses connections. */
function isTaken(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => resolve(!['ECONNREFUSED', 'ENOENT'].includes(errnoOf(error) ?? '')));
  });
}

/** @param mode permission bits of the socket: who may connect. @throws Problem `socket_path` */
export async function listenOnPath(server: Server, path: string, mode: number): Promise<void> {
  try {
    await makeDirsAsync(dirname(path), 0o755);
    if (await isTaken(path)) throw new Problem('socket_path', `${path}: another process listens there already.`);
    await rm(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    await chmod(path, mode);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('socket_path', `${path}: can't listen there (${errnoOf(error)}).`, { cause: error });
  }
}
