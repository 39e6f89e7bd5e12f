import { describe, expect, test } from 'vitest';
import { createMachine } from '../../support/runner/machine.ts';

describe('notify-scripts', () => {
  test('lists, runs and answers in JSON', async () => {
    const machine = createMachine();
    machine.write(
      'rev.py',
      'import json\nprint("chatter")\nprint(json.dumps({"notify": True, "message": "x", "extra": [1]}))',
    );
    machine.write('bad.sh', 'echo why >&2; exit 2');
    const list = async () => JSON.parse((await machine.program('notify-scripts', ['list'])).out);
    expect(await list()).toEqual([
      { name: 'bad.sh', stem: 'bad', last_run: null },
      { name: 'rev.py', stem: 'rev', last_run: null },
    ]);
    const ran = await machine.program('notify-scripts', ['run', 'rev']);
    expect(ran).toEqual({ status: 0, out: '{"notify":true,"message":"x","extra":[1]}\n', err: '' });
    expect((await list())[1].last_run).toMatch(/^just now$|^\d+s ago$/);
    expect(await machine.program('notify-scripts', ['run', 'bad.sh'])).toEqual({
      status: 1,
      out: '{"error":"bad.sh: It ended with exit code 2 (why)."}\n',
      err: '',
    });
    expect(await machine.program('notify-scripts', ['run', '../rev.py'])).toMatchObject({
      status: 1,
      out: expect.stringMatching(/^\{"error":".*holds no/),
    });
    expect(await machine.program('notify-scripts', ['run', 'none'])).toMatchObject({
      status: 1,
      out: expect.stringMatching(/^\{"error":"There is no script/),
    });
    expect(await machine.program('notify-scripts', ['run'])).toMatchObject({ status: 2, out: '' });
    expect(machine.names('pending')).toEqual([]);
    expect(machine.names('state')).toEqual([]);
  });
});
