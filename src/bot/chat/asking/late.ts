/** Commands and presses that were given while the bot could not be reached: they may not be wanted any more. */
import { shortDuration } from '../../../shared/text/duration.ts';
import type { Asked, BotCommand, CommandParts } from '../command.ts';
import { distancePiece, oneLine } from '../format.ts';
import { askToConfirm } from './confirm.ts';

/** An older command is asked about, milliseconds. */
const LATE_MS = 5 * 60_000;
/** After a longer silence a press may be as old, milliseconds. */
const SILENCE_MS = LATE_MS;
/** Presses that waited at Telegram arrive within this time after the first answer, milliseconds. */
const CATCH_UP_MS = 30_000;
/** UTF-16 units of a command that are shown. */
const SHOWN = 200;

/**
 * Asks about a command that is too old to be done without a question.
 *
 * @param telegramNow Telegram's own time, milliseconds since the epoch: this host's clock may be wrong
 * @returns whether it asked
 */
export async function askIfLate(
  parts: CommandParts,
  command: BotCommand,
  asked: Asked,
  telegramNow: number,
): Promise<boolean> {
  const [owner] = asked.owners;
  const { message } = asked.ctx;
  if (!command.asksWhenLate || owner === undefined || message === undefined) return false;
  const age = telegramNow - message.date * 1000;
  if (age < LATE_MS) return false;
  const typed = message.text ?? `/${command.name}`;
  await askToConfirm(parts, asked, owner, {
    pieces: [
      'You sent ',
      { code: oneLine(typed, SHOWN) },
      ' ',
      distancePiece(message.date * 1000, `${shortDuration(age)} ago`),
      ', and it could not be received before. Do it now?',
    ],
    button: 'Do it now',
    command: typed,
  });
  return true;
}

/** Knows whether Telegram was out of reach until just now. */
export interface OutageWatch {
  /** Telegram answered a poll. */
  answered(): void;
  /** Whether updates that arrive now may have waited at Telegram for minutes. */
  isJustOver(): boolean;
}

/** Watches from now on. @param clock milliseconds on a clock that is never set */
export function createOutageWatch(clock: () => number): OutageWatch {
  let answeredAt = clock();
  let overAt = Number.NEGATIVE_INFINITY;
  return {
    answered() {
      const at = clock();
      if (at - answeredAt >= SILENCE_MS) overAt = at;
      answeredAt = at;
    },
    isJustOver: () => clock() - overAt < CATCH_UP_MS,
  };
}
