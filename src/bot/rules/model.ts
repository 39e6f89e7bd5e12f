/** What the file of rules says, read and checked but not yet compiled. */

import type { EscalationStep, RouteSettings } from '../../core/alerts/route-decision.ts';
import type { WeeklyWindow } from '../../shared/time/weekly-windows.ts';
import type { Rotation } from './rotations/on-call.ts';
import type { ReportRule, Subject } from './rules.ts';

/** A condition over an alert. Never throws. */
export type Condition = (subject: Subject) => boolean;

/** An entry of `alerts`. */
export interface AlertEntry {
  readonly enabled: boolean;
  readonly settings: Partial<RouteSettings>;
  readonly goesOn: boolean;
}

/** An entry of `routes`. */
export interface RouteEntry {
  readonly name: string;
  /** Matches every alert without one. */
  readonly when?: Condition;
  readonly settings: Partial<RouteSettings>;
  readonly goesOn: boolean;
}

/** An entry of `inhibit`. */
export interface InhibitEntry {
  readonly source: Condition;
  readonly target: Condition;
  readonly equal: readonly string[];
}

/** The whole file. */
export interface RulesModel {
  readonly defaults: RouteSettings;
  readonly alerts: ReadonlyMap<string, AlertEntry>;
  readonly routes: readonly RouteEntry[];
  readonly inhibit: readonly InhibitEntry[];
  readonly escalations: ReadonlyMap<string, readonly EscalationStep[]>;
  readonly rotations: ReadonlyMap<string, Rotation>;
  readonly times: ReadonlyMap<string, readonly WeeklyWindow[]>;
  /** Liquid by name, without the built-in ones that no entry replaces. */
  readonly templates: ReadonlyMap<string, string>;
  readonly reports: readonly ReportRule[];
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** What holds where the file says nothing. The times are Alertmanager's; the contract names them too. */
export const DEFAULTS: RouteSettings = {
  to: ['owner'],
  template: 'alert',
  groupBy: ['alertname'],
  groupWaitMs: 30 * SECOND_MS,
  groupIntervalMs: 5 * MINUTE_MS,
  repeatIntervalMs: 4 * HOUR_MS,
  ackTimeoutMs: 4 * HOUR_MS,
  resolveTimeoutMs: 5 * MINUTE_MS,
  notify: 'new',
  transient: 'drop',
  retryAttempts: 0,
  active: [],
  muted: [],
};

/** The rules without a file. */
export const BUILT_IN: RulesModel = {
  defaults: DEFAULTS,
  alerts: new Map(),
  routes: [],
  inhibit: [],
  escalations: new Map(),
  rotations: new Map(),
  times: new Map(),
  templates: new Map(),
  reports: [],
};
