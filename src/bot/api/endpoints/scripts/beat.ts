import {
  type BeatAnswer,
  type BeatBody,
  type BeatsAnswer,
  beatBody,
  type ExpectedBeatAnswer,
} from '../../../../shared/api/beats/beats.ts';
import { exactDuration, parseDuration } from '../../../../shared/text/duration.ts';
import type { ExpectedBeat } from '../../../../storage/ports.ts';
import { querySubject } from '../../body/query.ts';
import { BODY_CODES, type Endpoint, type EndpointContext, requireAccount, withBody } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';
import type { ExpectedScript } from '../../services/beats.ts';
import { ROUTING_CODES, routesOf } from '../sending/submit-message.ts';

/** Until when the next beat of a runner is expected unless the body says, seconds. */
const USUAL_SECONDS = 3600;

const listOf = (to: string | readonly string[]): readonly string[] => [...new Set([to].flat())];

function beatFields({ name, everyMs, graceMs, at, isScript, to, reportedAt }: ExpectedBeat): ExpectedBeatAnswer {
  return {
    name,
    every: exactDuration(everyMs),
    grace: exactDuration(graceMs),
    at: new Date(at).toISOString(),
    late_after: new Date(at + everyMs + graceMs).toISOString(),
    overdue: reportedAt !== undefined,
    script: isScript,
    ...(to !== undefined && { to: [...to] }),
  };
}

/** A job's beat, or its end. */
async function jobBeat(context: EndpointContext, name: string, body: BeatBody): Promise<Partial<BeatAnswer>> {
  const { caller, services } = context;
  const { every, grace, to, end } = body;
  if (end === true) return { ended: await services.endBeat(caller, name) };
  if (to !== undefined) await routesOf(context, { user: caller.name, uid: caller.uid }, { to });
  const beat = await services.expectBeat(caller, {
    name,
    ...(every !== undefined && { everyMs: parseDuration(every, 'every') }),
    ...(grace !== undefined && { graceMs: parseDuration(grace, 'grace') }),
    ...(to !== undefined && { to: listOf(to) }),
  });
  return { beat: beatFields(beat) };
}

type ScriptBody = NonNullable<BeatBody['script']>;

const expectedScript = ({ name, every, to, succeeded_at: at }: ScriptBody): ExpectedScript => ({
  name,
  everyMs: parseDuration(every, 'every'),
  ...(to !== undefined && { to: listOf(to) }),
  ...(at !== undefined && { succeededAt: Date.parse(at) }),
});

/** The beat of the caller's runner, or its end. */
async function runnerBeat({ caller, services }: EndpointContext, body: BeatBody): Promise<Partial<BeatAnswer>> {
  const { end, expect_within: seconds = USUAL_SECONDS, scripts } = body;
  await (end ? services.endBeats(caller) : services.beat(caller, seconds * 1000));
  // Without a runner no script runs.
  const declared = end ? [] : scripts;
  if (declared !== undefined) await services.noteScripts(caller, declared.map(expectedScript), true);
  // What the answer can't say now, a later one says.
  const unknown = { unreachable: undefined };
  const account = { user: caller.name, uid: caller.uid };
  const { unreachable } = await services.accountStatus(account).catch(() => unknown);
  return unreachable === undefined ? {} : { unreachable };
}

/**
 * A sign of life: of the caller's runner, which cron runs; of a script of it, which has run well; or, with a `name`, of any job.
 * With `end` it is not expected any more.
 */
export const beat: Endpoint = {
  method: 'POST',
  path: '/beat',
  codes: [
    ...BODY_CODES,
    ...ROUTING_CODES,
    'not_linked',
    'unknown_beat',
    'too_many_beats',
    'beats_unreadable',
    'links_unreadable',
    'destinations_unreadable',
    'storage',
  ],
  handle: withBody(beatBody, { mayBeEmpty: true }, async (context, body) => {
    const { name, script } = body;
    if (name !== undefined) return success<BeatAnswer>({ ok: true, ...(await jobBeat(context, name, body)) });
    if (script === undefined) return success<BeatAnswer>({ ok: true, ...(await runnerBeat(context, body)) });
    await context.services.noteScripts(context.caller, [expectedScript(script)], false);
    return success<BeatAnswer>({ ok: true });
  }),
};

/** The beats that an account's jobs are expected to send. */
export const beats: Endpoint = {
  method: 'GET',
  path: '/beat',
  codes: ['bad_field', 'not_yours', 'unknown_account', 'beats_unreadable'],
  async handle(context) {
    const owner = requireAccount(await querySubject(context));
    const found = await context.services.expectedBeats(owner);
    return success<BeatsAnswer>({ ok: true, beats: found.map(beatFields) });
  },
};
