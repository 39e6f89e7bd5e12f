import type { DeliveryContext } from '../delivery/delivery-context.ts';
import type { Script } from '../scripts/discover.ts';
import type { ScriptState } from '../state/script-state.ts';
import { writeState } from '../state/script-state-file.ts';

/** Stores a script's state, unless its file can't be read; a disk that can't take it is a warning. */
export async function saveState(script: Script, delivery: DeliveryContext, state: ScriptState): Promise<void> {
  if (state.unreadable) return;
  try {
    await writeState(delivery.stateDir, script.stateName, state);
  } catch (error) {
    delivery.warn({ code: 'problem', error });
  }
}
