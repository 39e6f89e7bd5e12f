/** Events of the bot as clients of `GET /events` receive them. */
import { Problem } from '../../core/problem.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { LinkChange } from '../../storage/ports.ts';
import { createListener, type EventBus } from '../events/event-bus.ts';
import type { EventLog } from '../events/event-log.ts';
import type { RunChange } from '../events/event-table.ts';
import { fromChange } from './message-view.ts';

type Data = Readonly<Record<string, unknown>>;

function linkData({ user, made }: LinkChange): Data {
  if (made === undefined) return { user, linked: false };
  return { user, linked: true, linked_at: made.linkedAt, chat: { type: made.chat.type, name: made.chat.name } };
}

function runData({ user, script, end }: RunChange): Data {
  if (end === undefined) return { user, name: script, state: 'running' };
  if (end instanceof Problem) return { user, name: script, state: 'failed', error: end.message };
  return { user, state: 'done', ...end };
}

/** Appends the events that clients may see to the event log. */
export function createEventFeed(bus: EventBus, events: EventLog): Module {
  return createListener('event feed', bus, {
    'delivery.changed'(change) {
      const { account, data } = fromChange(change);
      events.append('message', account, data);
    },
    'link.changed'(change) {
      events.append('link', { user: change.user, uid: change.uid }, linkData(change));
    },
    'run.changed'(change) {
      events.append('run', { user: change.user, uid: change.uid }, runData(change));
    },
  });
}
