import { lstat, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { sentenceOf } from '../../../core/problem.ts';
import type { Log } from '../../../shared/process/log.ts';
import type { Module } from '../../../shared/process/module-list.ts';
import { isLeftover } from './socket-file.ts';

/** Links the path where programs of the older layout look for the socket, `bot.sock` in the data folder, to it. */
export function createOlderSocketLink(dataDir: string, socketPath: string, log: Log): Module {
  const path = join(dataDir, 'bot.sock');
  return {
    name: 'older socket',
    async start() {
      try {
        const there = await lstat(path).catch(() => undefined);
        // A socket that answers may be ours: under another name this may be the folder that the socket is in.
        if (there !== undefined && !there.isSymbolicLink() && !(await isLeftover(path))) return;
        if (there !== undefined) await rm(path);
        await symlink(socketPath, path);
      } catch (error) {
        log.warn({ path }, `The link to the socket could not be made: ${sentenceOf(error)}`);
      }
    },
  };
}
