import { Problem } from '../../core/problem.ts';
import type { RunResult } from '../../shared/api/actor-protocol.ts';

/** A run that has begun, or, with an `end`, is over. */
export interface RunNews {
  readonly user: string;
  readonly uid: number | undefined;
  /** As it was asked for. */
  readonly script: string;
  readonly end?: RunResult | Problem;
}

/** The runs that this service began and that are not over. */
export interface ActiveRuns {
  /** Counts one until its end. */
  add(run: Omit<RunNews, 'end'>, ended: Promise<RunResult | Problem>): void;
  /** The scripts of a user's runs, as they were asked for. */
  of(user: string): readonly string[];
}

/** None. @param tell told of each that begins, and of each that ends while the service goes on */
export function createActiveRuns(tell: (news: RunNews) => void = () => {}): ActiveRuns {
  const runs = new Set<Omit<RunNews, 'end'>>();
  return {
    add(run, ended) {
      runs.add(run);
      tell(run);
      ended
        .then((end) => tell({ ...run, end }))
        // The service stops: how it ends, nobody here will know.
        .catch(() => {})
        .finally(() => runs.delete(run));
    },
    of: (user) => [...runs].filter((run) => run.user === user).map(({ script }) => script),
  };
}

/** What is told of a run, in the words of the API. */
export function runEvent({ user, script, end }: RunNews): Readonly<Record<string, unknown>> {
  if (end === undefined) return { user, name: script, state: 'running' };
  if (end instanceof Problem) return { user, name: script, state: 'failed', error: end.message };
  return { user, state: 'done', ...end };
}
