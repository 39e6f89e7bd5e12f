/** What is kept of groups that were forgotten: each is kept while an alert that is still listed was in it. */
import type { Recipients } from '../../../core/alerts/group.ts';

/** @see createFormerGroups */
export interface FormerGroups {
  /** Keeps what a forgotten group leaves, where an alert was in it. */
  add(id: string, recipients: Recipients): void;
  find(id: string): Recipients | undefined;
  all(): Iterable<readonly [id: string, Recipients]>;
  /** An alert is in other groups. @returns ids of those that are no longer kept */
  move(before: readonly string[], after: readonly string[]): readonly string[];
}

/** No alert is in any group. */
export function createFormerGroups(): FormerGroups {
  const kept = new Map<string, Recipients>();
  /** Alerts by the id of their group, also of those that are not forgotten. */
  const counts = new Map<string, number>();

  function count(id: string, by: 1 | -1): void {
    const sum = (counts.get(id) ?? 0) + by;
    if (sum > 0) counts.set(id, sum);
    else counts.delete(id);
  }

  return {
    add(id, recipients) {
      if (counts.has(id)) kept.set(id, recipients);
    },
    find: (id) => kept.get(id),
    all: () => kept.entries(),
    move(before, after) {
      if (before === after) return [];
      for (const id of after) count(id, 1);
      for (const id of before) count(id, -1);
      return before.filter((id) => !counts.has(id) && kept.delete(id));
    },
  };
}
