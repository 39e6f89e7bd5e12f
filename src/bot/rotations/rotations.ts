/** Who is on call: the services of the API, and notices to the person who comes on call. */
import { Problem, sentenceOf } from '../../core/problem.ts';
import { unknownRotation } from '../../shared/api/rotations/unknown-rotation.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { Links, Rotations } from '../../storage/ports.ts';
import type { RotationServices, RotationView } from '../api/services/rotations.ts';
import type { IntakeServices } from '../api/services.ts';
import type { RulesSource } from '../rules/rules.ts';
import { createHandoverNotices } from './handover-notices.ts';
import type { Overrides } from './overrides.ts';
import { viewOf } from './views.ts';

/** Dependencies of the module. */
export interface RotationParts {
  readonly rules: Pick<RulesSource, 'current' | 'onChange'>;
  readonly overrides: Overrides;
  readonly rotations: Pick<Rotations, 'all' | 'change'>;
  readonly links: Pick<Links, 'find'>;
  readonly uidOf: (user: string) => Promise<number | undefined>;
  readonly submit: IntakeServices['submit'];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** @see createRotationModule */
export interface RotationModule {
  readonly services: RotationServices;
  /** People on call who can't be notified, a sentence each; checked each minute. */
  problems(): readonly string[];
  readonly module: Module;
}

/** The longest wait for a handover, so that a changed clock or a failed notice is handled by then. */
const LONGEST_WAIT_MS = 60_000;
/** The longest override, ms. */
const LONGEST_OVERRIDE_MS = 366 * 86_400_000;

/** Creates the module. */
export function createRotationModule(parts: RotationParts): RotationModule {
  const { rules, overrides, rotations, links, uidOf, submit, now, log } = parts;
  const accountOf = async (user: string) => {
    const uid = await uidOf(user);
    return uid === undefined ? undefined : { user, uid };
  };
  const isLinked = async (user: string) => (await links.find(user, await uidOf(user))) !== undefined;
  async function whyUnreachable(person: string): Promise<string | undefined> {
    if ((await uidOf(person)) === undefined) return 'and this host has no account of that name.';
    if (await isLinked(person)) return undefined;
    return 'and not linked to a Telegram chat: they send /start to the bot, then run `notify-runner link`.';
  }
  const lookOnce = createHandoverNotices({ rules: rules.current, rotations, submit, accountOf, now, log });
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let problems: readonly string[] = [];
  let isStopped = true;
  let unsubscribe = () => {};

  /** The next change of the person on call. */
  function nextHandover(): number {
    const ends = rules.current().rotations.map((name) => rules.current().onCall(name, now())?.until ?? 0);
    return Math.min(now() + LONGEST_WAIT_MS, ...ends);
  }

  /** Never rejects: a failure is reported as a reason by health. */
  async function unreachable(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const name of rules.current().rotations) {
      const [person] = rules.current().onCall(name, now())?.people ?? [];
      if (person === undefined) continue;
      const reason = await whyUnreachable(person).catch(() => undefined);
      if (reason !== undefined) found.push(`Rotation ${name}: ${person} is on call, ${reason}`);
    }
    return found;
  }

  function look(): void {
    if (isStopped) return;
    clearTimeout(timer);
    looking = looking
      .then(lookOnce)
      .then(unreachable)
      .then((found) => {
        problems = found;
        clearTimeout(timer);
        if (!isStopped) timer = setTimeout(look, Math.max(0, nextHandover() - now()));
      });
  }

  function requireRotation(name: string): void {
    const names = rules.current().rotations;
    if (names.includes(name)) return;
    throw unknownRotation(name, names);
  }

  function view(name: string): Promise<RotationView> {
    const rule = rules.current().rotation(name);
    if (rule === undefined) throw new Problem('unknown_rotation', `The rules have no rotation ${name} any more.`);
    return viewOf(rules.current(), name, rule, overrides.of(name), isLinked, now());
  }

  return {
    problems: () => problems,
    services: {
      rotations: () => Promise.all(rules.current().rotations.map(view)),
      async overrideRotation({ rotation, ...override }) {
        requireRotation(rotation);
        const { person, from, until } = override;
        if (until <= Math.max(from, now())) throw new Problem('bad_field', 'until: it is over before it begins.');
        if (until - now() > LONGEST_OVERRIDE_MS) throw new Problem('bad_field', 'until: at most a year from now.');
        if ((await uidOf(person)) === undefined) {
          throw new Problem('unknown_account', `person: this host has no account named ${person}.`);
        }
        await overrides.add(rotation, override, now());
        log.info({ rotation, person, by: override.by }, 'An override of a rotation was added');
        look();
        return view(rotation);
      },
      async clearOverrides(rotation) {
        requireRotation(rotation);
        await overrides.clear(rotation);
        look();
        return view(rotation);
      },
    },
    module: {
      name: 'rotations',
      async start() {
        // Health reports an unreadable file; the turns of the rules apply.
        await overrides.load().catch((error: unknown) => log.error({}, sentenceOf(error)));
      },
      run() {
        isStopped = false;
        unsubscribe = rules.onChange(look);
        look();
      },
      async stop() {
        isStopped = true;
        unsubscribe();
        clearTimeout(timer);
        await looking;
      },
    },
  };
}
