/**
 * The course of the event that a message reports: kept in the `data` of the notification, so that a summary can show when
 * it began and whether it has ended.
 */

/** A group of alerts, or anything else that begins and ends. */
export interface Course {
  /** Its name for people, on one line. */
  readonly name: string;
  readonly state: 'firing' | 'acknowledged' | 'resolved';
  /** When it began, ms since 1970. */
  readonly since: number;
  /** When it ended, ms since 1970. */
  readonly until?: number;
}

type Data = Readonly<Record<string, unknown>>;

/** The course as `data` of a notification. */
export const courseData = (course: Course): Data => ({ course: { ...course } });

const STATES: readonly unknown[] = ['firing', 'acknowledged', 'resolved'] satisfies Course['state'][];

/** Reads what {@link courseData} wrote; `undefined` for anything else. */
export function courseIn(data: Data | undefined): Course | undefined {
  const found = data?.course;
  if (typeof found !== 'object' || found === null) return undefined;
  const { name, state, since, until } = found as Partial<Record<keyof Course, unknown>>;
  if (typeof name !== 'string' || !STATES.includes(state) || typeof since !== 'number') return undefined;
  return { name, state: state as Course['state'], since, ...(typeof until === 'number' && { until }) };
}
