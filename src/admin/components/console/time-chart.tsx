import React, { useEffect, useRef, useState } from 'react';
import UPlot from 'uplot';
import type { ChartData, ChartSeries, Drawing } from './chart-data.ts';
import { chartOptions } from './chart-options.ts';

interface TimeChartProps extends ChartData {
  readonly drawing: Drawing;
  /** What can be seen, for who can't see it. */
  readonly summary: string;
  readonly format: (value: number) => string;
}

const HEIGHT = 200;
const NARROWEST = 200;

/**
 * A chart over time on a canvas, with a legend that tells the values of the place pointed at, else those of the whole
 * time. The same is said in the summary and in a table.
 */
export function TimeChart({ drawing, summary, ...data }: TimeChartProps): React.JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot | null>(null);
  const latest = useRef(data);
  latest.current = data;
  const [pointedAt, setPointedAt] = useState<number | null>(null);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const widthOf = (): number => Math.max(NARROWEST, element.clientWidth);
    const options = chartOptions(drawing, () => latest.current, setPointedAt);
    const drawn = new UPlot({ ...options, width: widthOf(), height: HEIGHT }, drawing.stack(latest.current), element);
    chart.current = drawn;
    const resizing = new ResizeObserver(() => drawn.setSize({ width: widthOf(), height: HEIGHT }));
    resizing.observe(element);
    const recolour = new MutationObserver(() => drawn.redraw());
    recolour.observe(document.documentElement, { attributes: true });
    return () => {
      resizing.disconnect();
      recolour.disconnect();
      drawn.destroy();
      chart.current = null;
    };
  }, [drawing]);
  useEffect(() => chart.current?.setData(drawing.stack(data)), [drawing, data.times, data.series]);
  return (
    <div className="dp-chart">
      <div ref={frame} role="img" aria-label={summary} />
      <Legend data={data} pointedAt={pointedAt} format={data.format} />
    </div>
  );
}

/** What never happened within the whole time is left out, but what all hope for. */
function isWorthALine({ total }: ChartSeries, index: number): boolean {
  return index === 0 || total !== 0;
}

interface LegendProps {
  readonly data: ChartData;
  readonly pointedAt: number | null;
  readonly format: (value: number) => string;
}

function Legend({ data, pointedAt, format }: LegendProps): React.JSX.Element {
  const seconds = pointedAt === null ? undefined : data.times[pointedAt];
  return (
    <div className="dp-legend" aria-hidden="true">
      <span className="dp-legend-time">
        {seconds === undefined ? data.whole : data.formatTime(new Date(seconds * 1000))}
      </span>
      {data.series.filter(isWorthALine).map(({ label, colour, values, total }) => {
        const value = pointedAt === null ? total : values[pointedAt];
        return (
          <span key={label}>
            <span className={`dp-swatch dp-swatch-${colour}`} /> {label}{' '}
            <strong>{value === null || value === undefined ? '–' : format(value)}</strong>
          </span>
        );
      })}
    </div>
  );
}
