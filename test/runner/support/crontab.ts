/** A crontab(1) for tests: its table is the file `tab` in the machine's home. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../../support/runner/machine.ts';

const CRONTAB = `#!/bin/sh
if [ "$1" = -l ]; then cat "$HOME/tab" 2>/dev/null || { echo "no crontab for user" >&2; exit 1; }
else cat > "$HOME/tab"; fi
`;

export interface Crontab {
  /** The environment in which programs find this crontab(1). */
  readonly environment: Readonly<Record<string, string>>;
  read(): string;
  bytes(): Buffer;
  write(table: string | Uint8Array): void;
}

export function installCrontab(machine: Machine): Crontab {
  machine.write('bin/crontab', CRONTAB, 0o755);
  const path = join(machine.home, 'tab');
  return {
    environment: { PATH: `${join(machine.home, 'bin')}:/usr/bin:/bin` },
    read: () => readFileSync(path, 'utf8'),
    bytes: () => readFileSync(path),
    write: (table) => writeFileSync(path, table),
  };
}
