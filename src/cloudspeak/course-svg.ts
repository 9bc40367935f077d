// Demand and capacity over time as an SVG, a panel for each policy; readable on light and on dark pages.
import type { Course } from '../simulation/course.ts';
import { moment } from './course-plot.ts';

const WIDTH = 960;
const LEFT = 56;
const RIGHT = 16;
const PANEL = 200;
const PLOT = 130;
const HEAD = 48;
const TIMES = 7;

interface Panel {
  readonly title: string;
  readonly course: Course;
}

/** Two sets of colours; browsers choose by the page that the reader wants, other programs take the first. */
const STYLE = `
  .page { fill: #ffffff; } text { fill: #1f2430; font: 12px sans-serif; } .title { font-weight: 600; font-size: 13px; }
  .grid { stroke: #c9ced8; } .area { fill: #9db8e8; } .line { fill: none; stroke: #c2410c; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #14181f; } text { fill: #e6e8ee; } .grid { stroke: #3d4452; } .area { fill: #3b5b96; } .line { stroke: #fb923c; }
  }`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const round = (value: number): string => `${Number(value.toFixed(1))}`;

/** Steps that are easy to read: 1, 2, 5, 10 … so that there are at most five. */
function ticks(top: number): readonly number[] {
  const rough = top / 5;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((one) => one * ten).find((one) => one >= rough) ?? 1);
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, index) => index * step);
}

function panel({ title, course }: Panel, index: number, from: number, to: number, top: number): string {
  const base = HEAD + index * PANEL + 24 + PLOT;
  const y = (value: number): string => round(base - (value / top) * PLOT);
  const x = (span: number): string => round(LEFT + (span / course.demand.length) * (WIDTH - LEFT - RIGHT));
  const steps = (values: readonly number[]): string =>
    values.map((value, span) => `H${x(span)}V${y(Math.min(value, top))}`).join('');
  const end = x(course.demand.length);
  const rows = ticks(top).map(
    (value) =>
      `<line class="grid" x1="${LEFT}" x2="${end}" y1="${y(value)}" y2="${y(value)}"/>` +
      `<text x="${LEFT - 8}" y="${Number(y(value)) + 4}" text-anchor="end">${value}</text>`,
  );
  const times = Array.from({ length: TIMES }, (_, tick) => {
    const share = tick / (TIMES - 1);
    const anchor = tick === 0 ? 'start' : tick === TIMES - 1 ? 'end' : 'middle';
    const at = round(LEFT + share * (WIDTH - LEFT - RIGHT));
    return `<text x="${at}" y="${base + 18}" text-anchor="${anchor}">${moment(from + share * (to - from))}</text>`;
  });
  return `<g><text class="title" x="${LEFT}" y="${base - PLOT - 8}">${escaped(title)}</text>
${rows.join('\n')}
<path class="area" d="M${LEFT} ${base}${steps(course.demand)}H${end}V${base}Z"/>
<path class="line" d="M${LEFT} ${y(course.capacity[0] ?? 0)}${steps(course.capacity)}H${end}"/>
${times.join('')}
<text transform="translate(16 ${base - PLOT / 2}) rotate(-90)" text-anchor="middle">instances</text></g>`;
}

/** `from`, `to`: ms since 1970. `top`: the value at the upper edge of every panel. */
export function courseSvg(panels: readonly Panel[], from: number, to: number, top: number): string {
  const height = HEAD + panels.length * PANEL;
  const key = WIDTH - RIGHT;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="demand and capacity over time">
<style>${STYLE}
</style>
<rect class="page" width="${WIDTH}" height="${height}"/>
<rect class="area" x="${key - 340}" y="16" width="14" height="14"/><text x="${key - 320}" y="27">demand, in busy instances</text>
<path class="line" d="M${key - 126} 23h16"/><text x="${key - 104}" y="27">nodes in rotation</text>
<text x="${LEFT}" y="27">times in UTC</text>
${panels.map((one, index) => panel(one, index, from, to, top)).join('\n')}
</svg>
`;
}
