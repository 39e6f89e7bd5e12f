/** Values of the pretend week, 0 to 1. */
const WEEK = [0.42, 0.55, 0.48, 0.66, 0.61, 0.78, 0.92];

/** The drawing as SVG: seven bars, the last one lit, and a line over them. Without letters, so without a font. */
export function testPictureSvg(): string {
  const bars = WEEK.map((value, i) => {
    const height = Math.round(value * 300);
    const fill = i === WEEK.length - 1 ? 'url(#lit)' : '#3d5a80';
    return `<rect x="${100 + i * 120}" y="${420 - height}" width="72" height="${height}" rx="10" fill="${fill}"/>`;
  });
  const points = WEEK.map((value, i) => `${136 + i * 120},${395 - Math.round(value * 300)}`).join(' ');
  const last = points.split(' ').at(-1)?.split(',') ?? ['0', '0'];
  const grid = [120, 220, 320].map((y) => `<path d="M70 ${y}H940" stroke="#2b3a55" stroke-width="2"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1010" height="500" viewBox="0 0 1010 500">
<defs>
<linearGradient id="lit" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#64dfdf"/><stop offset="1" stop-color="#2a9d8f"/></linearGradient>
<linearGradient id="sky" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#16213e"/><stop offset="1" stop-color="#0f172a"/></linearGradient>
</defs>
<rect width="1010" height="500" fill="url(#sky)"/>
${grid.join('')}<path d="M70 420H940" stroke="#5c6f91" stroke-width="3"/>
${bars.join('')}
<polyline points="${points}" fill="none" stroke="#ffd166" stroke-width="5" stroke-linejoin="round" stroke-linecap="round"/>
<circle cx="${last[0]}" cy="${last[1]}" r="11" fill="#ffd166"/>
</svg>`;
}

/** Draws the picture of `/test` as a PNG. The drawing library is loaded with the first one. */
export async function drawTestPicture(): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js');
  return new Resvg(testPictureSvg(), { font: { loadSystemFonts: false } }).render().asPng();
}
