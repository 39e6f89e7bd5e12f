/** Draws the charts; the page also has their numbers as tables. */
import uPlot from 'uplot';
import { strings } from '../strings.ts';
import { marksBetween, rangeOf } from './time-scale.ts';

const words = strings.charts;
const HEIGHT = 256;

type Series = Readonly<Record<string, readonly (number | null)[]>> & { readonly x: readonly number[] };

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const dayName = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const day = (seconds: number) => dayName.format(new Date(seconds * 1000));

const axis = (rest: uPlot.Axis): uPlot.Axis => ({
  stroke: colour('soft'),
  grid: { stroke: colour('line'), width: 1 },
  ticks: { show: false },
  font: '12px system-ui, sans-serif',
  ...rest,
});

/** Shows the values under the pointer below the chart; without a pointer, those of the last day. */
function valueReader(place: HTMLElement, last: number, read: (index: number) => string): uPlot.Plugin {
  const line = document.createElement('p');
  line.className = 'reading';
  line.textContent = read(last);
  return {
    hooks: {
      ready: () => place.append(line),
      setCursor: ({ cursor: { idx } }) => {
        line.textContent = read(idx ?? last);
      },
    },
  };
}

/** Options of both kinds of charts. Days are in UTC. */
const common = (width: number, plugin: uPlot.Plugin) => ({
  width,
  height: HEIGHT,
  tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), 'UTC'),
  legend: { show: false },
  cursor: { y: false, points: { show: false }, drag: { setScale: false } },
  plugins: [plugin],
});

/** Width of a day's name, pixels. */
const DAY_WIDTH = 64;

/** Names each day, or every second and so on if there is too little space; always the last. */
function dayAxis(x: readonly number[]): uPlot.Axis {
  const named = ({ width }: uPlot) => {
    const step = Math.max(1, Math.ceil((x.length * DAY_WIDTH) / width));
    return x.filter((_, index) => (x.length - 1 - index) % step === 0);
  };
  return axis({ splits: named, values: (_plot, days) => days.map(day), grid: { show: false }, size: 30 });
}

/** Half a day of margin at both ends. */
const dayScale: uPlot.Scale = { range: (_plot, from, to) => [from - 43_200, to + 43_200] };

/** Stacked bars: drawn from the tallest to the lowest, each over the previous one. */
function stack(place: HTMLElement, series: Series, width: number): uPlot {
  const { x, sent = [], muted = [], failed = [] } = series;
  const at = (values: readonly (number | null)[], index: number) => values[index] ?? 0;
  const upTo = (...parts: (readonly (number | null)[])[]) =>
    x.map((_, index) => parts.reduce((sum, values) => sum + at(values, index), 0));
  const bars = uPlot.paths.bars?.({ size: [0.72, 48], radius: 0.15 });
  const kind = (name: string): uPlot.Series => ({
    fill: colour(name),
    stroke: colour(name),
    width: 0,
    points: { show: false },
    ...(bars && { paths: bars }),
  });
  const read = (index: number) => words.onDay(day(x[index] ?? 0), at(sent, index), at(muted, index), at(failed, index));
  return new uPlot(
    {
      ...common(width, valueReader(place, x.length - 1, read)),
      scales: {
        x: dayScale,
        y: { range: (_plot, _least, most) => [0, Math.max(4, most * 1.1)] },
      },
      series: [{}, kind('bad'), kind('mute'), kind('bar')],
      axes: [dayAxis(x), axis({ incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000], size: 44 })],
    },
    [[...x], upTo(sent, muted, failed), upTo(sent, muted), upTo(sent)],
    place,
  );
}

/** Lines of times from milliseconds to hours, on a logarithmic axis. */
function lines(place: HTMLElement, series: Series, width: number): uPlot {
  const { x, typical = [], slow = [] } = series;
  const line = (name: string): uPlot.Series => ({
    stroke: colour(name),
    width: 2,
    spanGaps: true,
    points: { show: true, size: 8, fill: colour(name) },
  });
  const shownTime = (time: number | null | undefined) => (typeof time === 'number' ? strings.duration(time) : '–');
  const read = (index: number) =>
    words.tookOnDay(day(x[index] ?? 0), shownTime(typical[index]), shownTime(slow[index]));
  // A logarithmic scale has no 0.
  const shown = (times: readonly (number | null)[]) => times.map((time) => (time === null ? null : Math.max(1, time)));
  return new uPlot(
    {
      ...common(width, valueReader(place, x.length - 1, read)),
      scales: { x: dayScale, y: { distr: 3, range: (_plot, least, most) => rangeOf(least, most) } },
      series: [{}, line('bar'), line('slow')],
      axes: [
        dayAxis(x),
        axis({
          splits: (_plot, _axis, least, most) => marksBetween(least, most),
          filter: (_plot, marks) => marks,
          grid: { filter: (_plot, marks) => marks, stroke: colour('line'), width: 1 },
          values: (_plot, marks) => marks.map(strings.duration),
          size: 64,
        }),
      ],
    },
    [[...x], shown(typical), shown(slow)],
    place,
  );
}

const plots = new Map<HTMLElement, uPlot>();

function draw(place: HTMLElement): void {
  plots.get(place)?.destroy();
  place.querySelector('.reading')?.remove();
  const series: Series = JSON.parse(place.dataset.series ?? '{}');
  plots.set(place, (place.dataset.chart === 'stack' ? stack : lines)(place, series, place.clientWidth));
}

function drawAll(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-chart]')) draw(place);
}

drawAll();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
addEventListener('resize', () => {
  for (const [place, plot] of plots) plot.setSize({ width: place.clientWidth, height: HEIGHT });
});
