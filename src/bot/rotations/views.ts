import type { StoredOverride } from '../../storage/ports.ts';
import type { RotationView } from '../api/services/rotations.ts';
import type { RotationRule, Rules } from '../rules/rules.ts';

/** Number of handovers to show. */
const NEXT = 3;

/** Who is on call after the present shift. */
function following(rules: Rules, name: string, until: number): RotationView['next'] {
  const next: { at: number; user: string }[] = [];
  let at = until;
  while (next.length < NEXT && Number.isFinite(at)) {
    const onCall = rules.onCall(name, at);
    const [user] = onCall?.people ?? [];
    if (onCall === undefined || user === undefined) break;
    next.push({ at, user });
    at = onCall.until;
  }
  return next;
}

/**
 * A rotation as the API shows it.
 *
 * @param isLinked whether a message reaches a person
 * @param now ms since 1970
 */
export async function viewOf(
  rules: Rules,
  name: string,
  { people, handover, timezone }: RotationRule,
  overrides: readonly StoredOverride[],
  isLinked: (user: string) => Promise<boolean>,
  now: number,
): Promise<RotationView> {
  const shift = rules.onCall(name, now);
  const [user = ''] = shift?.people ?? [];
  const { since = now, until = now } = shift ?? {};
  return {
    name,
    people: await Promise.all(people.map(async (one) => ({ user: one, isLinked: await isLinked(one) }))),
    handover,
    timezone,
    onCall: { user, isLinked: await isLinked(user) },
    since,
    until,
    next: following(rules, name, until),
    overrides: overrides.filter((one) => one.until > now),
  };
}
