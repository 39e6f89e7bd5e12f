/** Real accounts of this host, made for a test and removed after it. Only root can. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

export interface TestUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export const isRoot = process.getuid?.() === 0;
/** The end of a test's title where it is skipped. */
export const NEEDS_ROOT = 'making users needs root';

const run = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe' });
const newName = () => `nb_${randomBytes(4).toString('hex')}`;

export function createUser(...useraddOptions: string[]): TestUser {
  const name = newName();
  run('useradd', '--no-create-home', ...useraddOptions, name);
  return { name, uid: Number(run('id', '-u', name)), gid: Number(run('id', '-g', name)) };
}

export function createGroup(): string {
  const name = newName();
  run('groupadd', name);
  return name;
}

export function removeUser({ name }: TestUser): void {
  run('userdel', '--force', name);
}

export function removeGroup(name: string): void {
  run('groupdel', '--force', name);
}
