import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const TOOLS = ['debootstrap', 'systemd-nspawn', 'nsenter'];
/** `CAP_SYS_ADMIN`, a bit of `CapEff` in proc_pid_status(5). */
const ADMIN = 1n << 21n;
const CONTROL_GROUPS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'];

function may(path: string, how: number): boolean {
  try {
    accessSync(path, how);
    return true;
  } catch {
    return false;
  }
}

const installed = (tool: string) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => may(join(folder, tool), constants.X_OK));

function isAdmin(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${effective}`) & ADMIN) !== 0n;
}

/** Why no container can be booted here, or `undefined`. */
export function whyUnable(): string | undefined {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'only root may boot a container';
  const missing = TOOLS.find((tool) => !installed(tool));
  if (missing !== undefined) return `${missing} is not installed`;
  if (!isAdmin()) return 'root may not mount anything here';
  if (!CONTROL_GROUPS.some((path) => may(join(path, 'cgroup.procs'), constants.W_OK))) {
    return 'no control groups can be made here';
  }
  return undefined;
}
