import { writeFile } from 'node:fs/promises';

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Writes a shell script that starts a program of Node's with these settings; only its owner may run it. */
export async function writeLauncher(
  path: string,
  program: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const exports = Object.entries(settings).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
  const command = `exec ${quoted(process.execPath)} ${quoted(program)} "$@"\n`;
  await writeFile(path, `#!/bin/sh\n${exports.join('')}${command}`, { mode: 0o700 });
}
