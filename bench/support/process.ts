/** Starts, measures and ends processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Waits for the end of a process. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('exit', resolve));
}

/** Measures the run time of a command. @throws Error if it can't be started */
export async function timed(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly seconds: number }> {
  const [file = '', ...words] = command;
  const startedAt = performance.now();
  const child = spawn(file, words, { env: environment, stdio: 'ignore' });
  await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
  return { seconds: (performance.now() - startedAt) / 1000 };
}

/** The peak memory of a command or one of its children, in MB; GNU time's `%M`. */
export async function peakOf(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const script =
    'import resource,subprocess,sys;subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL);print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)';
  const child = spawn('python3', ['-c', script, ...command], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (piece) => {
    said += String(piece);
  });
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  return Number(said) / 1024;
}

/** A process's proportional (PSS) and private memory, in MB. */
export async function memoryOf(pid: number): Promise<{ readonly pss: number; readonly own: number }> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kB = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]);
  return { pss: kB('Pss') / 1024, own: kB('Pss_Anon') / 1024 };
}
