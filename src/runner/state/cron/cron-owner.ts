/**
 * Which host runs the scripts of a home that several hosts share: `cron-owner`. Each of them has a cron of its own, and
 * scripts must not run on all.
 *
 * Promises: one host owns the scripts until it has not run them for a day; of hosts that take over at the same time one
 * does. A home on a disk of this host has no owner, so that it runs wherever it is moved.
 */
import { closeSync, openSync, readFileSync, renameSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errnoOf } from '../../../core/problem.ts';
import { makeDirs } from '../../../shared/files/make-dirs.ts';
import { readRegularSync } from '../../../shared/files/regular-file.ts';
import type { SharedHome } from '../../settings.ts';
import { lastCronRun } from './cron-run.ts';

/** A host: its id, which a new name leaves alone, and its name for people. */
export interface Host {
  readonly id: string;
  readonly name: string;
}

/** How long the owner may be silent before another host takes over, ms: longer than a line that runs once a day. */
export const TAKE_OVER_MS = 26 * 3_600_000;
/** How long a claim may take, ms; an older one is left from a host that crashed. */
const CLAIM_MS = 10 * 60_000;

/** File systems on a network, by the numbers of statfs(2): linux/magic.h and the systems' own sources. */
const NETWORK: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0xff534d42, // CIFS
  0xfe534d42, // SMB 2
  0x517b, // SMB
  0x5346414f, // AFS
  0x6b414653, // AFS of the kernel
  0x00c36400, // Ceph
  0x0bd00bd0, // Lustre
  0x19830326, // BeeGFS
  0x47504653, // GPFS
  0x01161970, // GFS2
  0x7461636f, // OCFS2
  0x65735546, // FUSE: GlusterFS, sshfs
]);

const ownerFile = (stateDir: string) => join(stateDir, 'cron-owner');

/** This host; `undefined` where it has no id, as in a container. */
export function thisHost(idFile = '/etc/machine-id'): Host | undefined {
  try {
    const id = readFileSync(idFile, 'utf8').trim();
    return /^[0-9a-f]{32}$/.test(id) ? { id, name: hostname() } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether hosts share the folder: as the setting says, else by its file system. */
export function isShared(stateDir: string, setting: SharedHome): boolean {
  if (setting !== 'auto') return setting === 'yes';
  try {
    return NETWORK.has(statfsSync(stateDir).type);
  } catch {
    return false;
  }
}

/** The owner; `undefined` when there is none. */
export function readOwner(stateDir: string): Host | undefined {
  try {
    const [, id, name] = /^(\S+) (.+)\n$/.exec(readRegularSync(ownerFile(stateDir), 'follow').toString('utf8')) ?? [];
    return id === undefined || name === undefined ? undefined : { id, name };
  } catch {
    return undefined;
  }
}

/** Makes this host the owner. @throws the system's error */
export function writeOwner(stateDir: string, { id, name }: Host): void {
  const path = ownerFile(stateDir);
  const beside = `${path}.${id}.tmp`;
  makeDirs(stateDir, 0o700);
  writeFileSync(beside, `${id} ${name}\n`, { mode: 0o600 });
  renameSync(beside, path);
}

/** Becomes the owner unless another host does so right now. @throws the system's error */
function claim(stateDir: string, host: Host, now: number): boolean {
  const path = `${ownerFile(stateDir)}.claim`;
  try {
    makeDirs(stateDir, 0o700);
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && now - since > CLAIM_MS) rmSync(path, { force: true });
    return false;
  }
  try {
    writeOwner(stateDir, host);
    return true;
  } finally {
    rmSync(path, { force: true });
  }
}

/**
 * Whether it is this host that runs the scripts; it takes them over where their owner is silent.
 *
 * @param now Unix time in ms
 */
export function ownsScripts(stateDir: string, host: Host, now: number): boolean {
  const owner = readOwner(stateDir);
  if (owner?.id === host.id) return true;
  const last = lastCronRun(stateDir);
  const isSilent = last === undefined || Math.abs(now - last) > TAKE_OVER_MS;
  if (owner !== undefined && !isSilent) return false;
  try {
    return claim(stateDir, host, now);
  } catch {
    // Nothing can be written: as without other hosts.
    return true;
  }
}
