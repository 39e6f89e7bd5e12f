import { mkdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkAttachments } from '../../../src/runner/delivery/attachments.ts';
import { createMachine } from '../../support/runner/machine.ts';

const MEGABYTE = 1024 * 1024;

test('files are sendable, or not for a reason', () => {
  const machine = createMachine();
  const attachment = (path: string) => ({ as: 'document' as const, path, name: 'x' });
  const sized = (name: string, size: number) => {
    const path = machine.write(`files/${name}`, '');
    truncateSync(path, size);
    return attachment(path);
  };
  const folder = attachment(join(machine.home, 'files/folder'));
  mkdirSync(folder.path, { recursive: true });
  const [first, second, large, huge] = [
    sized('a', 50 * MEGABYTE),
    sized('b', 9 * MEGABYTE),
    sized('c', 1),
    sized('d', 50 * MEGABYTE + 1),
  ];
  const empty = sized('e', 0);
  const missing = attachment('/nowhere');
  const below = attachment('/etc/passwd/x');
  const { sendable, unsendable } = checkAttachments([first, folder, huge, second, large, empty, missing, below]);
  expect(sendable).toEqual([first, second]);
  expect(unsendable).toEqual([
    { attachment: folder, code: 'not_a_file' },
    { attachment: huge, code: 'too_large' },
    { attachment: large, code: 'too_large_together' },
    { attachment: empty, code: 'empty' },
    { attachment: missing, code: 'missing' },
    { attachment: below, code: 'unreadable', cause: expect.objectContaining({ code: 'ENOTDIR' }) },
  ]);
});
