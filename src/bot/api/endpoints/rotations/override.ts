import { Problem } from '../../../../core/problem.ts';
import { overrideBody, type RotationAnswer } from '../../../../shared/api/rotations/rotations.ts';
import { isMoment } from '../../../../shared/api/send-at.ts';
import { parseDuration } from '../../../../shared/text/duration.ts';
import { readJson } from '../../body/json-body.ts';
import { validate } from '../../body/validate.ts';
import { requireTrusted } from '../../callers/require-trusted.ts';
import { BODY_CODES, type Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';
import { rotationFields } from './fields.ts';

const CHANGE = 'change rotations';
/** Characters of a name, as the rules take it. */
const LONGEST_NAME = 64;

/** The name in the path. @throws Problem `unknown_rotation` */
function nameIn({ name = '' }: Readonly<Record<string, string | undefined>>): string {
  if (name.length <= LONGEST_NAME) return name;
  throw new Problem('unknown_rotation', `No rotation has a name of more than ${LONGEST_NAME} characters.`);
}

/** A moment that the body names, ms since 1970. */
const momentIn = (text: string, field: string): number =>
  isMoment(text) ? Date.parse(text) : Date.now() + parseDuration(text, field);

/** Adds an override to a rotation. */
export const overrideRotation: Endpoint = {
  method: 'POST',
  path: '/rotations/:name/override',
  codes: [
    ...BODY_CODES,
    'not_trusted',
    'unknown_rotation',
    'unknown_account',
    'too_many_overrides',
    'rotations_unreadable',
    'links_unreadable',
    'storage',
  ],
  async handle(context) {
    const { params, caller, services } = context;
    // Before the body is read: others may not have the service read it.
    requireTrusted(caller, CHANGE);
    const { person, until, from } = validate(overrideBody, await readJson(context));
    const request = {
      rotation: nameIn(params),
      person,
      from: from === undefined ? Date.now() : momentIn(from, 'from'),
      until: momentIn(until, 'until'),
      by: caller.name,
    };
    return success<RotationAnswer>({ ok: true, rotation: rotationFields(await services.overrideRotation(request)) });
  },
};

/** Removes the overrides of a rotation. */
export const clearOverrides: Endpoint = {
  method: 'DELETE',
  path: '/rotations/:name/override',
  codes: ['not_trusted', 'unknown_rotation', 'rotations_unreadable', 'links_unreadable', 'storage'],
  async handle({ params, caller, services }) {
    requireTrusted(caller, CHANGE);
    return success<RotationAnswer>({
      ok: true,
      rotation: rotationFields(await services.clearOverrides(nameIn(params))),
    });
  },
};
