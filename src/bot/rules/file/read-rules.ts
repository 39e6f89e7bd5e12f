import { BUILT_IN, DEFAULTS, type RulesModel } from '../model.ts';
import type { Mistake } from './mistakes.ts';
import { createReader, parseYaml } from './nodes.ts';
import { mapOf } from './readers.ts';
import { createReferences } from './references.ts';
import { rotationEntries, timeEntries } from './rotations-and-times.ts';
import {
  alertEntries,
  escalationEntries,
  inhibitEntries,
  reportEntries,
  routeEntries,
  templateEntries,
  templateNames,
} from './sections.ts';
import { settingKeys, settingsOf } from './settings.ts';

/** What the file says, or what is wrong with it, at least one mistake. */
export type ReadRules = { readonly model: RulesModel } | { readonly mistakes: readonly [Mistake, ...Mistake[]] };

/**
 * Reads the file of rules. Every mistake is found, up to 50.
 *
 * @param zone the zone of times and schedules that name none
 */
export function readRules(text: string, zone: string): ReadRules {
  const reader = createReader();
  const root = parseYaml(text, reader);
  const references = createReferences();
  const read =
    root &&
    mapOf({
      defaults: mapOf(settingKeys(references, zone)),
      alerts: alertEntries(references, zone),
      routes: routeEntries(references, zone),
      inhibit: inhibitEntries,
      escalations: escalationEntries(references),
      rotations: rotationEntries(zone),
      times: timeEntries(zone),
      templates: templateEntries,
      reports: reportEntries(references, zone),
    })(root, reader);
  const { defaults = {}, ...sections } = read ?? {};
  const model: RulesModel = { ...BUILT_IN, ...sections, defaults: { ...DEFAULTS, ...settingsOf(defaults) } };
  // A section with a mistake has no names, which would be mistakes as well.
  if (reader.mistakes.length === 0) {
    const known = {
      template: templateNames(model.templates),
      escalation: [...model.escalations.keys()],
      rotation: [...model.rotations.keys()],
      time: [...model.times.keys()],
    };
    references.check(known, reader);
  }
  const [first, ...others] = [...reader.mistakes].sort((one, other) => one.line - other.line);
  return first === undefined ? { model } : { mistakes: [first, ...others] };
}
