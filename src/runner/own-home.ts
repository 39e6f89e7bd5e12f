/** Refuses to work in the home of another account, such as root's with the HOME of a user. */
import { readFileSync, statSync } from 'node:fs';
import { Problem } from '../core/problem.ts';

/** The account with this number, as sudo(8) takes it: by name where the computer itself knows it. */
function accountOf(uid: number): string {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    const [name] = lines.map((line) => line.split(':')).find((fields) => fields[2] === String(uid)) ?? [];
    if (name) return name;
  } catch {
    // The number serves as well.
  }
  return `'#${uid}'`;
}

/**
 * Files that this process wrote in another account's home would belong to the wrong account, and silence its scripts.
 * The homes of system accounts often belong to root, who can read what they hold.
 *
 * @throws Problem `foreign_home`
 */
export function refuseForeignHome(home: string, uid: number): void {
  const owner = statSync(home, { throwIfNoEntry: false })?.uid;
  if (owner === undefined || owner === uid || owner === 0) return;
  const account = accountOf(owner);
  throw new Problem(
    'foreign_home',
    `HOME is ${home}, which belongs to ${account}, and not to you: run it as ${account} (sudo -iu ${account} notify-runner …).`,
  );
}
