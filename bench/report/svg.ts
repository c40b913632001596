import { typical, type ScenarioResult, type Side } from '../scenarios/scenario.js';

const WIDTH = 760;
const BAR = 18;
const GAP = 6;
const LEFT = 240;
const RIGHT = 90;
const COLORS = { node: '#2f6f4f', postgres: '#336791', speed: '#8a6d3b' } as const;

interface Bar {
  readonly label: string;
  readonly parts: readonly { readonly value: number; readonly color: string }[];
}

/** A plot of the scenarios that are compared with the floor at full speed; null when there are none. */
export function toSvg(scenarios: readonly ScenarioResult[]): string | null {
  const shown = scenarios.filter((scenario) => scenario.name.startsWith('fan-out-'));
  if (shown.length === 0) return null;
  const bars = (partsOf: (side: Side) => Bar['parts']): Bar[] =>
    shown.flatMap(({ name, tables }) =>
      (tables[0]?.sides ?? []).map((side) => ({
        label: `${name.replaceAll('-', ' ').replace('fan out', 'fan-out')}, ${side.name}`,
        parts: partsOf(side),
      })),
    );
  const cpu = bars((side) => [
    { value: typical(side, (m) => m.nodeCpuUsPerDelivery), color: COLORS.node },
    { value: typical(side, (m) => m.postgresCpuUsPerDelivery), color: COLORS.postgres },
  ]);
  const speed = bars((side) => [{ value: typical(side, (m) => m.deliveriesPerSecond), color: COLORS.speed }]);
  const first = panel('CPU µs a delivery: Node (green) + PostgreSQL (blue)', cpu, 0);
  const second = panel('Deliveries a second, end to end', speed, first.height);
  const height = first.height + second.height;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
    `font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>` +
    `${first.svg}${second.svg}</svg>\n`
  );
}

function panel(title: string, bars: readonly Bar[], top: number): { svg: string; height: number } {
  const total = (bar: Bar): number => bar.parts.reduce((sum, part) => sum + part.value, 0);
  const scale = (WIDTH - LEFT - RIGHT) / Math.max(1, ...bars.map(total));
  const rows = bars.map((bar, index) => {
    const y = top + 36 + index * (BAR + GAP);
    let x = LEFT;
    const rectangles = bar.parts.map(({ value, color }) => {
      const width = value * scale;
      x += width;
      return `<rect x="${(x - width).toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${color}"/>`;
    });
    return (
      `<text x="${LEFT - 8}" y="${y + 13}" text-anchor="end">${bar.label}</text>${rectangles.join('')}` +
      `<text x="${(x + 6).toFixed(1)}" y="${y + 13}">${Math.round(total(bar)).toLocaleString('en')}</text>`
    );
  });
  const svg = `<text x="12" y="${top + 22}" font-weight="bold">${title}</text>${rows.join('')}`;
  return { svg, height: 48 + bars.length * (BAR + GAP) };
}
