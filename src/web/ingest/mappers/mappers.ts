import { mapAlertmanager } from './alertmanager.ts';
import { mapGeneric } from './generic.ts';
import { mapGitHub } from './github.ts';
import { mapGitLab } from './gitlab.ts';
import { mapGrafana } from './grafana.ts';
import { mapHealthchecks } from './healthchecks.ts';
import type { Mapper } from './mapped-alert.ts';
import { mapUptimeKuma } from './uptime-kuma.ts';

/** The sources that post to `/hooks/NAME`, with what makes alerts of their payloads. */
export const MAPPERS: ReadonlyMap<string, Mapper> = new Map([
  ['alertmanager', mapAlertmanager],
  ['grafana', mapGrafana],
  ['github', mapGitHub],
  ['gitlab', mapGitLab],
  ['healthchecks', mapHealthchecks],
  ['uptime-kuma', mapUptimeKuma],
  ['generic', mapGeneric],
]);
