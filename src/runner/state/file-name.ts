/** Bytes: leaves room for what is put behind a name, out of the 255 that a file system takes. */
const LONGEST = 200;

/** A hash without a library, FNV-1a of 32 bits: it only has to tell a few overlong names apart. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

/** What a script's own files are called: its name, or for one too long its start and a hash. */
export function fileNameFor(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST) return name;
  return `${[...name].slice(0, 40).join('')}-${hashOf(name)}`;
}
