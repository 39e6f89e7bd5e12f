import { type Account, isSameAccount } from '../../core/account.ts';
import type { Problem } from '../../core/problem.ts';
import { sameScript } from '../../core/script-name.ts';
import type { RunResult } from '../../shared/api/actor/protocol.ts';
import type { RunChange } from '../events/event-table.ts';

/** The runs that this process began and that have not ended. */
export interface ActiveRuns {
  /** Counts a run until its end. */
  add(run: Omit<RunChange, 'end'>, ended: Promise<RunResult | Problem>): void;
  /** The scripts of a user's runs, as the callers named them. */
  of(user: string): readonly string[];
  /** Whether a person waits for what a script says: they started it from the chat or the dashboard, and it runs. */
  isAwaited(account: Account, script: string | undefined): boolean;
}

/** @param changed called for each run that begins, and for each that ends while the service goes on */
export function createActiveRuns(changed: (change: RunChange) => void): ActiveRuns {
  const runs = new Set<Omit<RunChange, 'end'>>();
  return {
    add(run, ended) {
      runs.add(run);
      changed(run);
      ended
        .then((end) => changed({ ...run, end }))
        // It rejects when the service stops; this process never learns how the run ends.
        .catch(() => {})
        .finally(() => runs.delete(run));
    },
    of: (user) => [...runs].filter((run) => run.user === user).map(({ script }) => script),
    isAwaited: (account, script) =>
      script !== undefined && [...runs].some((run) => isSameAccount(run, account) && sameScript(run.script, script)),
  };
}
