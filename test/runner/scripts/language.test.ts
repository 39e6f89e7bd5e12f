import { expect, test } from 'vitest';
import { discover } from '../../../src/runner/scripts/discover.ts';
import { languageOf } from '../../../src/runner/scripts/language.ts';
import { createMachine } from '../../support/runner/machine.ts';

test.each([
  ['a.py', '', 0o644, 'python'],
  ['a.sh', '', 0o644, 'shell'],
  ['a.mjs', '', 0o644, 'javascript'],
  ['a.R', '', 0o644, 'r'],
  ['a', '#!/usr/bin/env python3\n', 0o755, 'python'],
  ['a', '#!/usr/bin/env -S uv run --script\n', 0o755, 'python'],
  ['a', '#!/bin/dash\n', 0o755, 'shell'],
  ['a', '#!/usr/bin/env node\n', 0o755, 'javascript'],
  ['a.sh', '#!/usr/bin/perl\n', 0o755, 'perl'],
  ['a.sh', '#!/usr/bin/perl\n', 0o644, 'shell'],
  ['a', '#!/opt/tool\n', 0o755, undefined],
  ['a', '\u007fELF', 0o755, undefined],
])('the language of %s that begins with %j and has the mode %o', (name, content, mode, language) => {
  const machine = createMachine();
  machine.write(name, content, mode);
  expect(discover(machine.scripts).map(languageOf)).toEqual([language]);
});
