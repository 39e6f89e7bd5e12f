/** When a run that takes longer shows what: calls keep their distance, and what changes meanwhile is shown together. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from 'grammy';
import { withDeadline } from '../../../../shared/process/deadline.ts';
import type { CommandParts } from '../../command.ts';
import { createLiveView, DRAFT_MS, type LiveRun } from './live-view.ts';

/** When a run begins to show more than its name, ms. */
export const SHOWN_AFTER_MS = 3_000;
/** The shortest time between two calls, ms. A group takes 20 messages a minute, of which its notifications need some. */
const PAUSES_MS = { private: 1_500, group: 5_000 };
/** It grows with the run, up to this, ms: a run of hours needs fewer updates. */
const LONGEST_PAUSE_MS = 30_000;
const PAUSE_SHARE = 1 / 20;
/** When the time is shown without output, ms; then each time the run has taken twice as long, at most hourly. */
const FIRST_TIME_MS = 10_000;
const LONGEST_TIME_MS = 3_600_000;
/** How long a run keeps its draft in view while its output does not change, ms. */
const DRAFTS_KEPT_MS = 600_000;

/** What a view of a run can do when the run has ended. */
export type EndedView = Pick<ReturnType<typeof createLiveView>, 'end'>;

/** Shows a run in its chat until it has ended. */
export async function showLive(parts: CommandParts, api: Api, live: LiveRun): Promise<EndedView> {
  const { request, watch, over } = live;
  const began = performance.now();
  const view = createLiveView(parts, api, live);
  const shortest = request.owner.chatId > 0 ? PAUSES_MS.private : PAUSES_MS.group;
  const pause = (ms: number) => sleep(ms, undefined, { signal: over }).catch(() => {});
  let timeAt = SHOWN_AFTER_MS;
  await pause(SHOWN_AFTER_MS);
  while (!over.aborted) {
    const { version } = watch;
    const elapsed = performance.now() - began;
    const isTime = elapsed >= timeAt;
    if (isTime) timeAt = Math.max(FIRST_TIME_MS, elapsed + Math.min(elapsed, LONGEST_TIME_MS));
    const asked = await view.show(Math.round(elapsed / 1000), isTime);
    await pause(Math.max(asked, shortest, Math.min(LONGEST_PAUSE_MS, elapsed * PAUSE_SHARE)));
    if (over.aborted || watch.version !== version) continue;
    const left = timeAt - (performance.now() - began);
    const keepsDraft = view.drafts() && watch.lines.length > 0 && elapsed < DRAFTS_KEPT_MS;
    const wait = Math.max(0, keepsDraft ? Math.min(left, DRAFT_MS) : left);
    await withDeadline(over, wait, watch.changed);
  }
  return view;
}
