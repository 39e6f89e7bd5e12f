import type { BotCommand } from './command.ts';
import { alertsCommand } from './commands/alerts/alerts.ts';
import { onCallCommand } from './commands/alerts/oncall.ts';
import { helpCommand } from './commands/help.ts';
import { linkCommand } from './commands/link.ts';
import { muteCommand } from './commands/mute.ts';
import { runCommand } from './commands/run.ts';
import { settingsCommand } from './commands/settings/settings.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { testCommand } from './commands/test.ts';
import { unlinkCommand } from './commands/unlink.ts';
import { unmuteCommand } from './commands/unmute.ts';
import { whoamiCommand } from './commands/whoami.ts';

/** Every command, in the order of `/help` and of Telegram's menu. */
export const COMMANDS: readonly BotCommand[] = [
  startCommand,
  linkCommand,
  statusCommand,
  runCommand,
  muteCommand,
  unmuteCommand,
  settingsCommand,
  alertsCommand,
  onCallCommand,
  testCommand,
  whoamiCommand,
  unlinkCommand,
  helpCommand(() => COMMANDS),
];
