import { describe, expect, test } from 'vitest';
import { BOUNDS } from '../../../src/storage/bounds.ts';
import { fillEverywhere, type Implementation, killEverywhere } from '../support/place.ts';

const NOW = Date.parse('2026-06-30T12:00:00Z');
const HOUR = 3_600_000;
const named = (user: string, uid = 1001) => ({ user, uid });

export function describeMutes({ makePlace }: Implementation): void {
  describe('mutes', () => {
    test('hold back everything, or one script, until their time, also in the next process', async () => {
      let now = NOW;
      const place = await makePlace();
      const open = () => place.open({ now: () => now }).mutes;
      await open().mute(named('ana'), NOW + HOUR);
      await open().mute(named('ben'), NOW + 2 * HOUR, 'rev.py');
      const mutes = open();
      expect(await mutes.isMuted(named('ana'), undefined)).toEqual({ until: NOW + HOUR });
      expect(await mutes.isMuted(named('ben'), 'rev')).toEqual({ until: NOW + 2 * HOUR });
      expect([await mutes.isMuted(named('ben'), 'rev.sh'), await mutes.isMuted(named('ben'), undefined)]).toEqual([
        false,
        false,
      ]);
      expect(await mutes.list(named('ben'))).toEqual({ scripts: [{ name: 'rev.py', until: NOW + 2 * HOUR }] });
      now += HOUR;
      expect([await mutes.isMuted(named('ana'), undefined), await mutes.list(named('ana'))]).toEqual([
        false,
        { scripts: [] },
      ]);
    });

    test('are lifted one by one, or all', async () => {
      const { mutes } = (await makePlace()).open({ now: () => NOW });
      await mutes.mute(named('ana'), NOW + HOUR);
      await mutes.mute(named('ana'), NOW + HOUR, 'rev.py');
      expect(await mutes.unmute(named('ana'), 'rev')).toBe(true);
      expect(await mutes.unmute(named('ana'), 'rev')).toBe(false);
      expect(await mutes.unmute(named('ana'))).toBe(true);
      expect(await mutes.list(named('ana'))).toEqual({ scripts: [] });
      expect(await mutes.check()).toBeUndefined();
    });

    test('belong to the account, and not to one that gets its name later', async () => {
      const place = await makePlace();
      const { mutes } = place.open({ now: () => NOW });
      for (const script of [undefined, 'rev.py']) await mutes.mute(named('ana'), NOW + HOUR, script);
      const other = named('ana', 2002);
      expect(await mutes.isMuted(other, 'rev.py')).toBe(false);
      expect(await mutes.unmute(other)).toBe(false);
      expect(await mutes.isMuted({ user: 'ana', uid: undefined }, 'rev.py')).toEqual({ until: NOW + HOUR });
      await mutes.mute(other, NOW + HOUR, 'cpu.sh');
      expect(await mutes.list(other)).toEqual({ scripts: [{ name: 'cpu.sh', until: NOW + HOUR }] });
      expect(await mutes.list(named('ana'))).toEqual({ scripts: [] });
    });

    test('are bounded in their number, of one account and of all, and in the length of their names', async () => {
      const bounds = { ...BOUNDS, mutes: { account: 2, overall: 3 } };
      const { mutes } = (await makePlace()).open({ now: () => NOW, bounds });
      const refused = expect.objectContaining({ code: 'too_many_mutes' });
      for (const script of ['a', 'b', 'b', 'b.py']) await mutes.mute(named('ana'), NOW + HOUR, script);
      await expect(mutes.mute(named('ana'), NOW + HOUR, 'c')).rejects.toEqual(refused);
      await mutes.mute(named('ben', 1002), NOW + HOUR, 'a');
      await expect(mutes.mute(named('ben', 1002), NOW + HOUR, 'b')).rejects.toEqual(refused);
      await mutes.mute(named('ana'), NOW + HOUR);
      await mutes.unmute(named('ana'), 'a');
      await mutes.mute(named('ben', 1002), NOW + HOUR, 'x'.repeat(255));
      await mutes.unmute(named('ben', 1002));
      const long = mutes.mute(named('ben', 1002), NOW + HOUR, 'ä'.repeat(128));
      await expect(long).rejects.toMatchObject({ code: 'bad_field' });
    });

    test.each([
      ['the process is killed', killEverywhere],
      ['the storage fills up', fillEverywhere],
    ])('that were answered are kept, wherever %s', (_what, interrupt) =>
      interrupt({
        makePlace,
        arrange: ({ mutes }) => mutes.mute(named('ana'), Date.now() + HOUR, 'rev.py'),
        change: ({ mutes }) => mutes.mute(named('ana'), Date.now() + HOUR),
        async check({ mutes }, _context, done) {
          const { all, scripts } = await mutes.list(named('ana'));
          expect(scripts.map(({ name }) => name)).toEqual(['rev.py']);
          if (done) expect(all).toBeGreaterThan(Date.now());
        },
      }),
    );
  });
}
