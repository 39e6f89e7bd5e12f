/** The sections of the file beside `defaults`, `rotations` and `times`. */

import type { EscalationStep } from '../../../core/alerts/route-decision.ts';
import type { AlertEntry, Condition, InhibitEntry, RouteEntry } from '../model.ts';
import type { ReportRule } from '../rules.ts';
import { BUILT_IN_TEMPLATES } from '../templates/built-in.ts';
import { LONGEST_TEMPLATE } from '../templates/liquid.ts';
import { requireTemplate } from '../templates/renderer.ts';
import { compileCondition } from '../when/condition.ts';
import { foundIn } from './nodes.ts';
import { duration, listOf, mapOf, namedEntries, orRefuse, type Read, text, whole, yesOrNo } from './readers.ts';
import type { References } from './references.ts';
import { MOST_ADDRESSES, schedule, settingKeys, settingsOf } from './settings.ts';

const MOST_ROUTES = 1000;
const MOST_STEPS = 20;
const MOST_NAMED = 1000;
const LONGEST_AFTER_MS = 31 * 86_400_000;

const condition: Read<Condition> = (value, reader) => {
  const source = text()(value, reader);
  return source === undefined ? undefined : orRefuse(value, reader, () => compileCondition(source));
};

/** A list with an entry for each part; nothing else. */
const entries = <T>(item: Read<T>, most: number): Read<readonly T[]> => {
  const list = listOf(item, most);
  return (value, reader) =>
    value.content.kind === 'list'
      ? list(value, reader)
      : reader.refuse(value, `found ${foundIn(value)}; a list is needed.`);
};

/** `alerts`: by the label or key of an alert. */
export function alertEntries(references: References, zone: string): Read<ReadonlyMap<string, AlertEntry>> {
  const entry = mapOf({ enabled: yesOrNo, continue: yesOrNo, ...settingKeys(references, zone) });
  return namedEntries((value, reader) => {
    const read = entry(value, reader);
    if (read === undefined) return undefined;
    return { enabled: read.enabled ?? true, goesOn: read.continue ?? false, settings: settingsOf(read) };
  }, MOST_NAMED);
}

/** Names that decisions have without a route. */
const isTaken = (name: string) => name === 'defaults' || name.startsWith('alert:');

/** `routes`: in order. */
export function routeEntries(references: References, zone: string): Read<readonly RouteEntry[]> {
  const shape = mapOf({ name: text(64), when: condition, continue: yesOrNo, ...settingKeys(references, zone) });
  const lines = new Map<string, number>();
  return entries((value, reader) => {
    const read = shape(value, reader);
    if (read === undefined) return undefined;
    const name = read.name ?? `routes[${lines.size}]`;
    const earlier = lines.get(name);
    lines.set(name, value.line);
    if (earlier !== undefined) return reader.refuse(value, `the route ${name} stands on line ${earlier} already.`);
    if (isTaken(name))
      return reader.refuse(value, `a route can't have the name ${name}, which the rules use themselves.`);
    return { name, settings: settingsOf(read), goesOn: read.continue ?? false, ...(read.when && { when: read.when }) };
  }, MOST_ROUTES);
}

/** `inhibit` */
export const inhibitEntries: Read<readonly InhibitEntry[]> = entries((value, reader) => {
  const read = mapOf({ source: condition, target: condition, equal: listOf(text(128), 20) })(value, reader);
  if (read === undefined) return undefined;
  const { source, target, equal = [] } = read;
  const isNamed = (key: string) =>
    value.content.kind === 'map' && value.content.entries.some(({ name }) => name === key);
  const missing = ['source', 'target'].find((key) => !isNamed(key));
  if (missing !== undefined) return reader.refuse(value, `${missing} is missing: a condition is needed.`);
  return source && target && { source, target, equal };
}, MOST_ROUTES);

/** `escalations`: lists of steps by name. */
export function escalationEntries({ address }: References): Read<ReadonlyMap<string, readonly EscalationStep[]>> {
  const shape = mapOf({ after: duration(LONGEST_AFTER_MS, '31d'), to: listOf(address, MOST_ADDRESSES) });
  const steps = entries<EscalationStep>((value, reader) => {
    const read = shape(value, reader);
    if (read === undefined) return undefined;
    if (read.to === undefined || read.to.length === 0) return reader.refuse(value, 'a step needs `to`.');
    return { afterMs: read.after ?? 0, to: read.to };
  }, MOST_STEPS);
  return namedEntries((value, reader) => {
    const read = steps(value, reader);
    const wrong = read?.findIndex((step, index) => step.afterMs < (read[index - 1]?.afterMs ?? 0)) ?? -1;
    if (wrong > 0)
      return reader.refuse(value, `step ${wrong + 1} comes before step ${wrong}: order the steps by \`after\`.`);
    return read?.length === 0 ? reader.refuse(value, 'it has no steps.') : read;
  }, MOST_NAMED);
}

/** `templates`. */
export const templateEntries: Read<ReadonlyMap<string, string>> = namedEntries((value, reader) => {
  const source = text(LONGEST_TEMPLATE)(value, reader);
  if (source === undefined) return undefined;
  return orRefuse(value, reader, () => {
    requireTemplate(source);
    return source;
  });
}, MOST_NAMED);

/** Names of templates, the built-in ones included. */
export const templateNames = (own: ReadonlyMap<string, string>): readonly string[] => [
  ...new Set([...BUILT_IN_TEMPLATES.keys(), ...own.keys()]),
];

/** `reports`. */
export function reportEntries({ address }: References, zone: string): Read<readonly ReportRule[]> {
  const shape = mapOf({ schedule: schedule(zone), to: listOf(address, MOST_ADDRESSES), days: whole(1, 400) });
  return entries((value, reader) => {
    const read = shape(value, reader);
    if (read === undefined) return undefined;
    const { schedule: cron, to, days = 7 } = read;
    if (to === undefined || cron === undefined) return reader.refuse(value, 'a report needs `schedule` and `to`.');
    return { schedule: cron, to, days };
  }, MOST_NAMED);
}
