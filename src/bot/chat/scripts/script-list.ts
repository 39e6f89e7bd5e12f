/** A page of an account's scripts: one or two lines each, and a row of buttons. Pure. */
import type { InlineKeyboardButton } from 'grammy/types';
import { sameScript } from '../../../core/script-name.ts';
import type { ListedScript } from '../../../shared/api/actor/protocol.ts';
import type { MuteList } from '../../../storage/ports.ts';
import type { LinkedAccount } from '../../links/linked-account.ts';
import { agoOf, distancePiece, minutePiece, oneLine } from '../format.ts';
import type { Piece } from '../reply.ts';
import type { Sheet } from './buttons.ts';

const PAGE = 8;
/** In UTF-16 units. Eight scripts with the longest of everything take 2,400. */
const LONGEST_NAME = 60;
const LONGEST_WORD = 40;
const LONGEST_ERROR = 100;
/** A little more than a phone shows of a button's text. */
const LONGEST_LABEL = 24;

const WORDS: Readonly<Record<string, string>> = {
  quiet: 'no alert',
};

/** One page of a list, and its position. */
export interface ListPage {
  readonly scripts: readonly ListedScript[];
  /** From 0. */
  readonly page: number;
  readonly pages: number;
  /** The position of the page's first script in the whole list, from 1. */
  readonly first: number;
  readonly total: number;
}

/** Takes a page out of a list; a page beyond the end becomes the last one. */
export function pageOf(all: readonly ListedScript[], wanted: number): ListPage {
  const pages = Math.max(1, Math.ceil(all.length / PAGE));
  const page = Math.min(Math.max(0, wanted), pages - 1);
  const start = page * PAGE;
  return { scripts: all.slice(start, start + PAGE), page, pages, first: start + 1, total: all.length };
}

/** Until when a script has a mute of its own. */
export function mutedUntil({ scripts }: MuteList, name: string): number | undefined {
  const own = scripts.filter((mute) => sameScript(mute.name, name)).map(({ until }) => until);
  return own.length === 0 ? undefined : Math.max(...own);
}

function lineOf(script: ListedScript, mutes: MuteList, now: number): Piece[] {
  const { last_run: last, last_result: result, cooldown_left: left, error } = script;
  const word = result === null ? '' : `: ${oneLine(WORDS[result] ?? result, LONGEST_WORD)}`;
  const muted = mutedUntil(mutes, script.name);
  const ago = last === null ? '' : agoOf(last, now);
  const at = Date.parse(last ?? '');
  return [
    '\n     ',
    ...(last === null ? ['not run yet'] : [at < now ? distancePiece(at, ago) : ago, word]),
    ...(left === null ? [] : [` · cooldown ${oneLine(left, LONGEST_WORD)} left`]),
    ...(muted === undefined ? [] : [' · 🔕 until ', minutePiece(muted)]),
    ...(error === undefined ? [] : [` · ⚠ ${oneLine(error, LONGEST_ERROR)}`]),
    '\n',
  ];
}

/** The text of a page. @param now milliseconds since the epoch */
export function listPieces(page: ListPage, mutes: MuteList, now: number): Piece[] {
  const { scripts, first, total, pages } = page;
  if (total === 0) return ['\nNo scripts yet: ', { code: 'notify-runner init' }, ' on the server makes an example.'];
  const which = pages === 1 ? 'Scripts' : `Scripts ${first}–${first + scripts.length - 1} of ${total}`;
  const lines = scripts.flatMap((script, i): Piece[] => [
    `${first + i}. `,
    { code: oneLine(script.name, LONGEST_NAME) },
    ...lineOf(script, mutes, now),
  ]);
  return [`\n${which}\n`, ...lines];
}

/** The Mute and Log buttons of one script. */
export function scriptButtons(
  sheet: Sheet,
  owner: LinkedAccount,
  name: string,
  muted: boolean,
): InlineKeyboardButton[] {
  const action = muted ? 'unmute' : 'mute';
  return [
    { text: muted ? '🔔 Unmute' : '🔕 Mute', callback_data: sheet.token(owner, { action, script: name }) },
    { text: '📄 Log', callback_data: sheet.token(owner, { action: 'log', script: name }) },
  ];
}

/** The button that runs a script. @param label its text, shortened when it is long */
export function runButton(sheet: Sheet, owner: LinkedAccount, script: string, label = script): InlineKeyboardButton {
  const text = `▶ Run ${oneLine(label, LONGEST_LABEL)}`;
  return { text, callback_data: sheet.token(owner, { action: 'run', script }) };
}

/** A page's buttons: a row for each script, then the previous and next page. @param all with Mute and Log */
export function listKeyboard(
  page: ListPage,
  owner: LinkedAccount,
  mutes: MuteList,
  sheet: Sheet,
  all: boolean,
): InlineKeyboardButton[][] {
  const rows = page.scripts.map(({ name }) => [
    runButton(sheet, owner, name),
    ...(all ? scriptButtons(sheet, owner, name, mutedUntil(mutes, name) !== undefined) : []),
  ]);
  const to = (text: string, number: number) => ({
    text,
    callback_data: sheet.token(owner, { action: 'page', page: number }),
  });
  const ways = [
    ...(page.page > 0 ? [to('‹', page.page - 1)] : []),
    ...(page.page < page.pages - 1 ? [to('›', page.page + 1)] : []),
  ];
  return ways.length === 0 ? rows : [...rows, ways];
}
