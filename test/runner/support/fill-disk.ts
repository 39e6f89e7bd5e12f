import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes files to a folder until its disk is full. */
export function fillDisk(folder: string): void {
  for (const size of [4096, 512, 1]) {
    try {
      for (let number = 0; ; number += 1) writeFileSync(join(folder, `.fill-${size}-${number}`), Buffer.alloc(size));
    } catch {
      // Full.
    }
  }
}
