import { statusOf } from '../../core/codes.ts';
import { Problem } from '../../core/problem.ts';
import { didYouMean } from '../../shared/text/did-you-mean.ts';
import { type BotIo, DONE, FAILED } from './io.ts';
import type { ListOptions } from './lists.ts';
import { openServiceStorage } from './service-storage.ts';
import { withService } from './with-service.ts';

/** Why the service refuses to send a delivery again; `undefined` where it does not. @throws Problem where it gave no answer */
async function refusalOf(retried: Promise<void>): Promise<string | undefined> {
  try {
    await retried;
    return undefined;
  } catch (error) {
    if (error instanceof Problem && (statusOf(error.code) !== undefined || error.code === 'unknown_error'))
      return error.message;
    throw error;
  }
}

/** Suggests the linked user that was meant, a sentence with a space before it; empty where none is near. */
async function suggestion(io: BotIo, user: string): Promise<string> {
  try {
    const links = await openServiceStorage(io).links.all();
    const meant = didYouMean(
      user,
      links.map((link) => link.user),
    );
    return meant === undefined ? '' : ` Did you mean ${meant}?`;
  } catch {
    // The answer does not depend on it.
    return '';
  }
}

/** `notify-bot unlink USER`: through the service, or in its storage while the service is stopped. */
export async function unlinkUser(io: BotIo, user: string, { json }: ListOptions): Promise<number> {
  let unlinked: boolean;
  try {
    ({ unlinked } = await withService(io, (client) => client.unlink(user)));
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'no_service') throw error;
    unlinked = (await openServiceStorage(io).links.unlink(user)) !== undefined;
  }
  if (json) io.out(`${JSON.stringify({ ok: unlinked, user })}\n`);
  else if (unlinked) io.out(`${user} is unlinked.\n`);
  if (!unlinked) io.err(`notify-bot: ${user} was not linked.${await suggestion(io, user)}\n`);
  return unlinked ? DONE : FAILED;
}

/** `notify-bot retry ID… | --all`: sends failed deliveries again, through the service. */
export async function retryFailed(
  io: BotIo,
  names: readonly string[],
  options: ListOptions & { all?: boolean },
): Promise<number> {
  const wanted = options.all
    ? (await openServiceStorage(io).deliveries.failed()).deliveries.map(({ delivery }) => delivery)
    : names;
  let status = DONE;
  const results: object[] = [];
  await withService(io, async (client) => {
    for (const delivery of wanted) {
      const refusal = await refusalOf(client.retry(delivery));
      results.push(refusal === undefined ? { delivery, ok: true } : { delivery, ok: false, error: refusal });
      if (refusal === undefined) {
        if (!options.json) io.out(`${delivery} is queued again.\n`);
      } else {
        io.err(`notify-bot: ${delivery}: ${refusal}\n`);
        status = FAILED;
      }
    }
  });
  if (options.json) io.out(`${JSON.stringify(results)}\n`);
  else if (wanted.length === 0) io.out('Nothing failed, so nothing is sent again.\n');
  return status;
}
