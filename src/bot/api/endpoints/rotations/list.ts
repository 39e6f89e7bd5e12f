import type { RotationsAnswer } from '../../../../shared/api/rotations/rotations.ts';
import type { Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';
import { rotationFields } from './fields.ts';

/** What a rotation costs that hands over daily, milliseconds: its handovers around now, and the links of its people. */
const MS_PER_ROTATION = 2;

/** Every rotation, and who is on call. Everybody may see it: people have to know whom to ask. */
export const rotations: Endpoint = {
  method: 'GET',
  path: '/rotations',
  codes: ['links_unreadable', 'storage'],
  async handle({ services, allowance }) {
    const found = await services.rotations();
    await allowance.pause(found.length * MS_PER_ROTATION);
    return success<RotationsAnswer>({ ok: true, rotations: found.map(rotationFields) });
  },
};
