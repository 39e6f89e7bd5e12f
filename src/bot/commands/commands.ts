import type { Command } from './command.ts';
import { helpCommand } from './help.ts';
import { muteCommand, unmuteCommand } from './mute.ts';
import { runCommand } from './run.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { testCommand } from './test.ts';
import { unlinkCommand } from './unlink.ts';
import { whoamiCommand } from './whoami.ts';

/** Every command, in the order that `/help` and Telegram's menu show. */
export const COMMANDS: readonly Command[] = [
  startCommand,
  statusCommand,
  runCommand,
  muteCommand,
  unmuteCommand,
  testCommand,
  whoamiCommand,
  unlinkCommand,
  helpCommand(() => COMMANDS),
];
