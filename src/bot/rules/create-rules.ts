import { createHash } from 'node:crypto';
import { parseCron, splitZone } from '../../shared/time/cron.ts';
import { isOpen, nextChange } from '../../shared/time/open-windows.ts';
import { createDecide } from './decide.ts';
import type { RulesModel } from './model.ts';
import { type Override, onCall, type Rotation } from './rotations/on-call.ts';
import type { Rules } from './rules.ts';
import type { Renderer } from './templates/renderer.ts';

/** Windows that never change are looked at again after a day. */
const LONGEST_KNOWN_MS = 86_400_000;

/** What rules are made of. */
export interface RulesParts {
  readonly model: RulesModel;
  /** The text that the model was read from, for the version. */
  readonly text: string;
  /** The overrides of a rotation, in the order in which they were made. */
  readonly overrides: (rotation: string) => readonly Override[];
}

/** Whether windows are open from a moment on, and until when. */
interface Known {
  readonly from: number;
  readonly isOpen: boolean;
  readonly changesAt: number | undefined;
}

/** Looks at named windows; what was found holds until they change, and many groups ask at about the same time. */
function createTimes(times: RulesModel['times']): (name: string, now: number) => Omit<Known, 'from'> {
  const known = new Map<string, Known>();
  return (name, now) => {
    const last = known.get(name);
    if (last !== undefined && last.from <= now && now < (last.changesAt ?? last.from + LONGEST_KNOWN_MS)) return last;
    const windows = times.get(name) ?? [];
    const found = { from: now, isOpen: isOpen(windows, now), changesAt: nextChange(windows, now) };
    known.set(name, found);
    return found;
  };
}

/** The earliest of some moments. */
function earliest(moments: readonly (number | undefined)[]): number | undefined {
  const all = moments.flatMap((one) => one ?? []);
  return all.length === 0 ? undefined : Math.min(...all);
}

/** Loads the library of templates with the first message: a service without alerts starts sooner. */
function createLazyRenderer(templates: RulesModel['templates']): Rules['render'] {
  let renderer: Promise<Renderer> | undefined;
  return async (name, view) => {
    renderer ??= import('./templates/renderer.ts').then(({ createRenderer }) => createRenderer(templates));
    return (await renderer)(name, view);
  };
}

/** Compiles what the file says. */
export function createRules({ model, text, overrides }: RulesParts): Rules {
  const { times, escalations, rotations } = model;
  const timeOf = createTimes(times);

  return {
    version: createHash('sha256').update(text).digest('hex').slice(0, 16),
    text,
    decide: createDecide(model),
    inhibits: model.inhibit.map(({ source, target, equal }) => ({ isSource: source, isTarget: target, equal })),
    escalation: (name) => escalations.get(name) ?? [],
    mayTell({ active, muted }, now) {
      const isActive = active.length === 0 || active.some((name) => timeOf(name, now).isOpen);
      const isMuted = muted.some((name) => timeOf(name, now).isOpen);
      const changesAt = earliest([...active, ...muted].map((name) => timeOf(name, now).changesAt));
      return { isOpen: isActive && !isMuted, ...(changesAt !== undefined && { changesAt }) };
    },
    nextAt(schedule, now) {
      const read = splitZone(schedule, 'UTC');
      return parseCron(read.schedule, read.zone, 'schedule').next(now);
    },
    render: createLazyRenderer(model.templates),
    rotations: [...rotations.keys()],
    rotation: (name) => rotations.get(name),
    onCall(name, now) {
      const rotation: Rotation | undefined = rotations.get(name);
      return rotation && onCall(rotation, overrides(name), now);
    },
    reports: model.reports,
  };
}
