/**
 * `notify-runner ask`: asks, and waits for the answer. The bot keeps the question, so that the wait goes on when the
 * connection breaks or the bot is restarted.
 */
import { randomBytes } from 'node:crypto';
import { type ApiClient, createApiClient } from '../../../../shared/api/client.ts';
import type { AskBody, QuestionAnswer } from '../../../../shared/api/questions/questions.ts';
import { cell } from '../../../../shared/text/table.ts';
import type { RunnerSettings } from '../../../settings.ts';
import { type RunnerIo, stopStatus } from '../../io.ts';
import { isPassing, persist, within } from '../persist.ts';
import { readInput } from '../read-input.ts';
import { type AskOptions, askRequest } from './ask-request.ts';
import { FIRST_CHOICE, NO_ANSWER, NOT_ASKED, OTHER_CHOICE } from './statuses.ts';

/** One request waits this long for the end, ms: less than the API allows. */
const POLL_MS = 50_000;
/** Longest idle time of a connection, ms. */
const TIMEOUT_MS = POLL_MS + 15_000;
/** Bytes of standard input, more than a question may have. */
const MAX_INPUT_BYTES = 100_000;
/** How long to retry while the bot is unavailable, ms: to ask, after the question's deadline, and to cancel it. */
const AWAY = { asking: 15_000, over: 60_000, cancelling: 5_000 };

/** Waits until a question has ended. @throws Problem as the client; when the bot stays unavailable after its deadline */
async function ended(client: ApiClient, asked: QuestionAnswer, stop: AbortSignal, away: () => void) {
  const until = Date.parse(asked.expires_at) + AWAY.over;
  let now = asked;
  while (now.state === 'open') {
    now = await persist(
      () =>
        client.question(asked.id, POLL_MS).catch((error: unknown) => {
          if (!stop.aborted && isPassing(error)) away();
          throw error;
        }),
      () => Date.now() > until,
      stop,
    );
  }
  return now;
}

/** Cancels the question after Ctrl-C, and reports its final state. */
async function cancel(io: RunnerIo, socketPath: string, id: string): Promise<void> {
  const client = createApiClient({ socketPath, timeoutMs: AWAY.cancelling });
  try {
    const { state, choice = '', by = '' } = await persist(() => client.cancelQuestion(id), within(AWAY.cancelling));
    const was = state === 'answered' ? `was answered just before: ${cell(choice)}, by ${cell(by)}` : `is ${state}`;
    io.err(`notify-runner: The question ${was}.\n`);
  } catch {
    io.err('notify-runner: The bot is unavailable, so the question stays open until it expires.\n');
  } finally {
    await client.close();
  }
}

/** Prints the result of a question that ended. @returns the exit status */
function report(io: RunnerIo, question: QuestionAnswer, json: boolean): number {
  const { state, choices, choice = '', by, error } = question;
  if (json) io.out(`${JSON.stringify(question)}\n`);
  else if (state === 'answered') io.out(`${choice}\n`);
  if (state === 'answered') return choice === choices[0] ? FIRST_CHOICE : OTHER_CHOICE;
  if (state === 'expired') {
    io.err('notify-runner: Nobody answered before the timeout.\n');
    return NO_ANSWER;
  }
  const why =
    error === undefined ? `was cancelled by ${cell(by ?? 'the bot')}.` : `could not be delivered: ${cell(error, 300)}`;
  io.err(`notify-runner: The question ${why}\n`);
  return NOT_ASKED;
}

/** A time of this day, or with its day. */
function clockOf(iso: string): string {
  const at = new Date(iso);
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return at.toDateString() === new Date().toDateString() ? time : `${at.toISOString().slice(0, 10)} ${time}`;
}

/** @throws Problem `too_large` */
async function textOf({ input }: RunnerIo, text: string): Promise<string> {
  if (text !== '-') return text;
  return input === undefined
    ? ''
    : readInput(input, MAX_INPUT_BYTES, 'Standard input is longer than a question may be.');
}

/**
 * `notify-runner ask`.
 *
 * @returns the exit status: 0 the first choice, 1 another, 3 nobody answered, 4 cancelled; after a signal as in a shell
 * @throws Problem `usage`, `too_large`, or with the bot's sentence
 */
export async function ask(
  io: RunnerIo,
  { socketPath }: RunnerSettings,
  text: string,
  options: AskOptions,
): Promise<number> {
  const { stop } = io;
  // With an id, a request that is repeated asks no second time.
  const id = options.id ?? `ask-${randomBytes(12).toString('hex')}`;
  const body: AskBody = { ...askRequest(await textOf(io, text), options), id };
  const client = createApiClient({ socketPath, timeoutMs: TIMEOUT_MS });
  const leave = () => void client.close();
  stop.addEventListener('abort', leave, { once: true });
  let isTold = false;
  const away = () => {
    if (!isTold)
      io.err(
        'notify-runner: The connection to the bot is lost; the question stays open, and this command keeps waiting.\n',
      );
    isTold = true;
  };
  try {
    const asked = await persist(() => client.ask(body), within(AWAY.asking), stop);
    if (io.errTerminal) {
      const where = cell(asked.to.join(', '), 100);
      io.err(`Asked ${where}; waiting for an answer until ${clockOf(asked.expires_at)}. Ctrl-C cancels it.\n`);
    }
    return report(io, await ended(client, asked, stop, away), options.json === true);
  } catch (error) {
    const status = stopStatus(io);
    if (status === undefined) throw error;
    await cancel(io, socketPath, id);
    return status;
  } finally {
    stop.removeEventListener('abort', leave);
    await client.close();
  }
}
