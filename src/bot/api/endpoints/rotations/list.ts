import type { RotationsAnswer } from '../../../../shared/api/rotations/rotations.ts';
import type { Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';
import { rotationFields } from './fields.ts';

/** Every rotation, and who is on call. Everybody may see it: people have to know whom to ask. */
export const rotations: Endpoint = {
  method: 'GET',
  path: '/rotations',
  codes: ['links_unreadable', 'storage'],
  async handle({ services }) {
    return success<RotationsAnswer>({ ok: true, rotations: (await services.rotations()).map(rotationFields) });
  },
};
