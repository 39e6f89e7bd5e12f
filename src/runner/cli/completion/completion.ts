/** Completions for shells, built from the command line's own description. */
import type { Command } from 'commander';
import { bash } from './bash.ts';
import { fish } from './fish.ts';
import { zsh } from './zsh.ts';

/** The completion script for a shell. It handles file names as data only: read line by line, and quoted. */
export function completion(shell: 'bash' | 'zsh' | 'fish', program: Command): string {
  return { bash, zsh, fish }[shell](program);
}
