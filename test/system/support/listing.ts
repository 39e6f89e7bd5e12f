import type { Container } from './container.ts';

/** What a running system changes by itself, and the homes and crontabs of people. */
const PASSED_OVER = [
  '/proc /sys /dev /run /tmp /src /home /root /var/tmp /var/log /var/cache /var/spool/cron',
  '/var/lib/systemd /var/lib/dpkg /var/lib/apt',
  '/etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /etc/.pwd.lock',
].flatMap((line) => line.split(' '));

/** Every file of the system's with its owner and mode, and every account and group. */
export async function listing({ run }: Container): Promise<string[]> {
  const passedOver = PASSED_OVER.map((path) => `-path ${path}`).join(' -o ');
  const files = await run(`find / \\( ${passedOver} \\) -prune -o -printf '%p %M %u:%g %l\\n'`);
  const accounts = await run('getent passwd; getent group');
  return [...files.split('\n'), ...accounts.split('\n')].sort();
}

/** What is in `after` and not in `before`, and the other way round. */
export function difference(before: readonly string[], after: readonly string[]): { more: string[]; less: string[] } {
  const [had, has] = [new Set(before), new Set(after)];
  return { more: after.filter((line) => !had.has(line)), less: before.filter((line) => !has.has(line)) };
}
