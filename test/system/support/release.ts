/** Other releases than the one that was built: copies of it as a download would hold them, without a source. */
import type { Container } from './container.ts';

const PARTS = 'dist docs examples scripts systemd LICENSE README.md CHANGELOG.md package.json';

interface Copy {
  /** Where the copy lies. */
  readonly tree: string;
  readonly version: string;
}

/** Makes a release of another version. @param spoil a shell script that changes it, run in its folder */
export async function anotherRelease({ run }: Container, version: string, spoil = ':'): Promise<Copy> {
  const tree = `/root/release-${version}`;
  const old = JSON.parse(await run('cat /src/package.json')).version;
  await run(`mkdir ${tree} && cd /src && cp -r ${PARTS} ${tree} && ln -s /src/node_modules ${tree}/node_modules`);
  await run(`cd ${tree} && sed -i 's/"version": "${old}"/"version": "${version}"/' package.json`);
  await run(`cd ${tree}/dist && find . -type f ! -name '*.map' -exec sed -i 's/"${old}"/"${version}"/g' {} +`);
  await run(`cd ${tree} && ${spoil}`);
  return { tree, version };
}
