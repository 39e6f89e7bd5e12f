/** Beats on the socket: what `POST /beat` takes, and what it and `GET /beat` answer. `docs/openapi.yaml` explains the fields. */
import * as v from 'valibot';
import * as field from '../fields.ts';
import { aMoment, beatName, every, grace } from './beat-fields.ts';

const { maybe } = field;
const text = v.string();

/** Scripts of one account that a beat names. */
const MAX_SCRIPTS = 100;

const script = field.fieldsOf({
  name: beatName,
  every,
  to: maybe(field.to),
  succeeded_at: maybe(aMoment),
});

/** `POST /beat` */
export const beatBody = field.fieldsOf({
  expect_within: maybe(field.expectWithin),
  end: maybe(field.flag),
  name: maybe(beatName),
  every: maybe(every),
  grace: maybe(grace),
  to: maybe(field.to),
  script: maybe(script),
  scripts: maybe(
    v.pipe(
      v.array(script, field.expected('a list of scripts')),
      v.check(
        (list) => list.length <= MAX_SCRIPTS,
        ({ input }) => `expected at most ${MAX_SCRIPTS} scripts, found ${input.length}.`,
      ),
    ),
  ),
});
export type BeatBody = v.InferInput<typeof beatBody>;

const expectedBeat = v.object({
  name: text,
  /** Durations such as `1d`. */
  every: text,
  grace: text,
  /** The last beat, or since when it is expected. */
  at: text,
  /** When the next one is late. */
  late_after: text,
  /** Whether it is late, and its owner was told. */
  overdue: v.boolean(),
  /** Whether the header of a script expects it. */
  script: v.boolean(),
  to: v.exactOptional(v.array(text)),
});
export type ExpectedBeatAnswer = v.InferOutput<typeof expectedBeat>;

/** `POST /beat` */
export const beatAnswer = v.object({
  ok: v.literal(true),
  /** Why Telegram refuses the caller's chat, while it does. */
  unreachable: v.exactOptional(text),
  /** The beat that the request named. */
  beat: v.exactOptional(expectedBeat),
  /** Whether the one that the request ended was expected. */
  ended: v.exactOptional(v.boolean()),
});
export type BeatAnswer = v.InferOutput<typeof beatAnswer>;

/** `GET /beat` */
export const beatsAnswer = v.object({ ok: v.literal(true), beats: v.array(expectedBeat) });
export type BeatsAnswer = v.InferOutput<typeof beatsAnswer>;
