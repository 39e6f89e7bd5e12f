/**
 * The rules of alerts as the rest of the bot sees them: where an alert goes, when, in which words, and who is on call.
 * Everything but a source is pure: the moment is passed in. Times are milliseconds since 1970.
 */
import type { Labels } from '../../core/alerts/alert.ts';
import type { EscalationStep, RouteDecision } from '../../core/alerts/route-decision.ts';
import type { Severity } from '../../core/notification.ts';
import type { FormattedText } from '../../markup/formatted.ts';

/** What conditions see of an alert. */
export interface Subject {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** The name of the account that posted it, as the kernel or a machine key proves it. */
  readonly owner: string;
  /** How it came in: `socket`, `script`, `prometheus`, `grafana`, … */
  readonly source: string;
  readonly startsAt: number;
  readonly status: 'firing' | 'resolved';
}

/** Alerts that suppress others. */
export interface Inhibition {
  isSource(subject: Subject): boolean;
  isTarget(subject: Subject): boolean;
  /** Names of labels that must have the same value in both, where a missing one is empty. */
  readonly equal: readonly string[];
}

/** One alert, as templates see it. */
export interface TemplateAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly status: 'firing' | 'resolved';
  readonly startsAt: number;
  readonly endsAt?: number;
  readonly generatorUrl?: string;
  /** The shown name of the person who acknowledged it. */
  readonly acknowledgedBy?: string;
}

/** A group of alerts, as templates see it. */
export interface TemplateView {
  readonly status: 'firing' | 'acknowledged' | 'resolved';
  /** At least one; of a large group the first ones. */
  readonly alerts: readonly TemplateAlert[];
  /** How many the group has, where these are not all. */
  readonly total?: number;
  /** The labels by which the group is one. */
  readonly groupLabels: Labels;
  /** The decision's, where it has one. */
  readonly priority?: Severity;
  /** The decision's `link`. */
  readonly link?: string;
  readonly acknowledgedBy?: string;
}

/** A rotation at a moment. */
export interface OnCall {
  /** Names of accounts. */
  readonly people: readonly string[];
  /** Since when, and until when: the next handover, or the end of an override. */
  readonly since: number;
  readonly until: number;
}

/** A rotation as the rules have it. */
export interface RotationRule {
  /** Names of accounts, at least one, in turns. */
  readonly people: readonly string[];
  /** Five fields of cron, or a name such as `@weekly`. */
  readonly handover: string;
  readonly timezone: string;
}

/** A regular report. */
export interface ReportRule {
  /** A cron schedule, with a time zone behind it. */
  readonly schedule: string;
  readonly to: readonly string[];
  /** The days that it is about. */
  readonly days: number;
}

/** The rules in force. */
export interface Rules {
  /** Changes with the content of the file. */
  readonly version: string;
  /** The content of the file; empty for the built-in rules. */
  readonly text: string;
  /** In the order of the rules; none where the alert's entry is switched off. */
  decide(subject: Subject): readonly RouteDecision[];
  readonly inhibits: readonly Inhibition[];
  /** The steps of an escalation by time; none for an unknown name. */
  escalation(name: string): readonly EscalationStep[];
  /** Whether a route may tell at a moment, and the next moment at which that may change. */
  mayTell(route: Pick<RouteDecision, 'active' | 'muted'>, now: number): { isOpen: boolean; changesAt?: number };
  /** The next moment of a cron schedule after `now`; `undefined` where none comes. */
  nextAt(schedule: string, now: number): number | undefined;
  /**
   * Renders a message; `writeHtml` makes a notification's text of it. It begins with an emoji of its own, so the
   * notification needs no severity. Never rejects: where a template fails, the built-in `alert` is used and a line says so.
   *
   * @param template its name
   */
  render(template: string, view: TemplateView): Promise<FormattedText>;
  /** Names of the rotations. */
  readonly rotations: readonly string[];
  /** What the file says of one; `undefined` for an unknown name. */
  rotation(name: string): RotationRule | undefined;
  /** Who is on call, overrides included; `undefined` for an unknown name. */
  onCall(rotation: string, now: number): OnCall | undefined;
  readonly reports: readonly ReportRule[];
}

/** Where the rules in force come from. */
export interface RulesSource {
  current(): Rules;
  /** Reads the file again. With a wrong one the rules in force stay, and `problem` says what is wrong. Never rejects. */
  reload(): Promise<void>;
  /** What is wrong with the file, a sentence with file and line; `undefined` where nothing is. */
  problem(): string | undefined;
  /** Calls back after other rules came into force. @returns ends it */
  onChange(listener: () => void): () => void;
}
