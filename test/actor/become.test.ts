/** The command given to systemd, and the actor's settings. */
import { describe, expect, test } from 'vitest';
import { throughSystemd } from '../../src/actor/become.ts';
import { readActorSettings } from '../../src/actor/settings.ts';
import { newRunUnit, unitRunsIn } from '../../src/actor/unit-runs.ts';

const unit = 'notify-actor@3-815-996.service';
const account = { name: 'ann', uid: 1000, gid: 1000, home: '/home/ann', shell: '/bin/bash' };

describe('becoming a user through systemd', () => {
  const become = throughSystemd({ unit, socketPath: '/run/x.sock' });
  const { file, args, environment } = become(
    account,
    ['/usr/bin/node', '/opt/runner.cjs', 'run', '--', '$HOME.sh', '-x'],
    { name: 'notify-run-1000-0123456789ab.service', environment: { NOTIFY_PROGRESS: '1' } },
  );
  const end = args.indexOf('--');

  test('the command starts a unit of the user, bound to the actor’s own', () => {
    expect(file).toBe('/usr/bin/systemd-run');
    expect(args.slice(0, end)).toEqual(
      expect.arrayContaining([
        '--uid=ann',
        '--wait',
        '--pipe',
        '--collect',
        '--property=WorkingDirectory=~',
        '--property=PAMName=cron',
        `--property=BindsTo=${unit}`,
        `--property=After=${unit}`,
        '--property=KillMode=control-group',
        '--setenv=NOTIFY_SOCKET=/run/x.sock',
        '--setenv=NOTIFY_PROGRESS=1',
      ]),
    );
  });

  test('the name of a run’s unit says whose it is, and that of a question’s is systemd’s', () => {
    expect(args.slice(0, end)).toContain('--unit=notify-run-1000-0123456789ab.service');
    const name = newRunUnit(1000);
    expect(name).toMatch(/^notify-run-1000-[0-9a-f]{12}\.service$/);
    const unitRuns = unitRunsIn({ stdout: `${name} loaded active running x\n`, stderr: '', status: 0 });
    expect(unitRuns).toEqual([{ unit: name, uid: 1000 }]);
    expect(become(account, ['x']).args.filter((word) => word.startsWith('--unit='))).toEqual([]);
  });

  test('the arguments follow the options, and systemd expands no variable in them', () => {
    expect(args.slice(end + 1)).toEqual(['/usr/bin/node', '/opt/runner.cjs', 'run', '--', '$$HOME.sh', '-x']);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: systemd's syntax of a variable.
    expect(become(account, ['a$$b${C}']).args.at(-1)).toBe('a$$$$b$${C}');
  });

  test('the actor’s own environment is not passed on', () => {
    expect(environment).toEqual({ PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' });
  });
});

describe('settings', () => {
  test('have their defaults', () => {
    expect(readActorSettings({ NOTIFY_ACTOR_UNIT: unit, NOTIFY_GROUP: ' ' })).toEqual({
      unit,
      botUser: 'notify-bot',
      group: undefined,
      socketPath: '/run/notify-bot/bot.sock',
    });
  });

  test('are taken as given', () => {
    const given = { NOTIFY_BOT_USER: 'bot', NOTIFY_GROUP: 'people', NOTIFY_SOCKET: '/run/y.sock' };
    expect(readActorSettings({ NOTIFY_ACTOR_UNIT: unit, ...given })).toEqual({
      unit,
      botUser: 'bot',
      group: 'people',
      socketPath: '/run/y.sock',
    });
  });

  test.each([undefined, '', 'a/b.service', '-x', 'a b.service', 'a.socket'])('the unit name %j is refused', (name) => {
    expect(() => readActorSettings({ NOTIFY_ACTOR_UNIT: name })).toThrow(
      expect.objectContaining({ code: 'bad_setting', message: expect.stringContaining('NOTIFY_ACTOR_UNIT') }),
    );
  });
});
