/** Pages of alerts, the latest change first. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import TinyQueue from 'tinyqueue';
import { type Alert, type AlertState, type AlertView, stateOf } from '../../../core/alerts/alert.ts';
import { isFlapping } from '../../../core/alerts/flapping.ts';
import { Problem } from '../../../core/problem.ts';
import type { AlertStore } from '../store/alert-store.ts';
import type { IsVisible } from './visible.ts';

/** Alerts examined in one turn of the event loop. */
const SLICE = 5000;
/** Maximum and default number of alerts of a page. */
const MOST = 1000;
const USUAL = 100;

/** The sort key of an alert in the list. */
type Placed = Pick<Alert, 'updatedAt' | 'fingerprint'> & { readonly owner: { readonly uid: number } };

/** Negative if the first comes earlier in the list. */
function compare(one: Placed, other: Placed): number {
  if (one.updatedAt !== other.updatedAt) return other.updatedAt - one.updatedAt;
  if (one.owner.uid !== other.owner.uid) return one.owner.uid - other.owner.uid;
  return one.fingerprint < other.fingerprint ? -1 : Number(one.fingerprint > other.fingerprint);
}

const format = ({ updatedAt, owner, fingerprint }: Placed) => `${updatedAt}.${owner.uid}.${fingerprint}`;

/** @throws Problem `bad_field` */
function parse(text: string): Placed {
  const [, updatedAt, uid, fingerprint] = /^(\d{1,15})\.(\d{1,10})\.([0-9a-f]{16})$/.exec(text) ?? [];
  if (fingerprint === undefined) throw new Problem('bad_field', 'before: expected the `next` of a page of alerts.');
  return { updatedAt: Number(updatedAt), owner: { uid: Number(uid) }, fingerprint };
}

/** An alert as people see it. @param now ms since 1970 */
export function viewOf(store: Pick<AlertStore, 'recipients'>, alert: Alert, now: number): AlertView {
  const { fingerprint, owner, labels, annotations, startsAt, endsAt, updatedAt, source } = alert;
  const { generatorUrl, acknowledgement, silence, comments = [] } = alert;
  const state = stateOf(alert, now);
  const groups = alert.groups.flatMap((id) => store.recipients(id) ?? []);
  const told = groups.flatMap(({ places }) => places.map(({ name }) => name));
  return {
    ...{ fingerprint, owner, labels, annotations, state, startsAt, updatedAt, source, comments },
    ...(endsAt !== undefined && { endsAt }),
    ...(generatorUrl !== undefined && { generatorUrl }),
    ...(acknowledgement !== undefined && acknowledgement.until > now && { acknowledgement }),
    ...(silence !== undefined && silence.until > now && { silence }),
    isFlapping: isFlapping(alert.changes, now),
    told: [...new Set(told)],
    routes: [...new Set(groups.map(({ route }) => route))],
  };
}

/** The request. */
export interface ListRequest {
  readonly state?: AlertState;
  readonly limit?: number;
  readonly before?: string;
  readonly isVisible: IsVisible;
  /** Ms since 1970. */
  readonly now: number;
}

/** Goes through the alerts once, in slices, and keeps a page of them. @throws Problem `bad_field` */
export async function listAlerts(store: Pick<AlertStore, 'alerts' | 'recipients'>, request: ListRequest) {
  const { state, before, isVisible, now } = request;
  const limit = Math.max(1, Math.min(request.limit ?? USUAL, MOST));
  const after = before === undefined ? undefined : parse(before);
  // The last of the page is in front, so that an earlier alert replaces it.
  const page = new TinyQueue<Alert>([], (a, b) => compare(b, a));
  let [total, left] = [0, SLICE];
  for (const alert of store.alerts()) {
    left -= 1;
    if (left === 0) {
      await nextTurn();
      left = SLICE;
    }
    if ((state !== undefined && stateOf(alert, now) !== state) || !isVisible(alert)) continue;
    total += 1;
    if (after !== undefined && compare(alert, after) <= 0) continue;
    const last = page.length > limit ? page.peek() : undefined;
    if (last !== undefined && compare(alert, last) >= 0) continue;
    page.push(alert);
    if (page.length > limit + 1) page.pop();
  }
  const found = page.data.sort(compare);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    alerts: shown.map((alert) => viewOf(store, alert, now)),
    total,
    next: found.length > limit && last !== undefined ? format(last) : undefined,
  };
}
