import React, { useMemo } from 'react';
import type { Traffic } from '../../console/views.ts';
import { type ChartData, type ChartSeries, logarithmicLines, stackedBars } from './chart-data.ts';
import { ChartTable } from './chart-table.tsx';
import { count, duration } from '../format.ts';
import { spanWords } from './span-choice.tsx';
import { TimeChart } from './time-chart.tsx';

/** From the ground up. What went well stands below, so that trouble shows on top. */
const OUTCOMES = [
  { name: 'delivered', label: 'Delivered (2xx)', colour: 'delivered' },
  { name: 'refused', label: 'Refused (3xx, 4xx)', colour: 'refused' },
  { name: 'server_error', label: 'Server error (5xx)', colour: 'server-error' },
  { name: 'no_answer', label: 'No answer', colour: 'no-answer' },
  { name: 'not_sent', label: 'Not sent', colour: 'not-sent' },
] as const;

const PERCENTILES = [
  { name: 'p50', label: 'Half within (p50)', colour: 'p50' },
  { name: 'p95', label: '95 % within (p95)', colour: 'p95' },
] as const;

const BARS = stackedBars(OUTCOMES.length);
const LINES = logarithmicLines(PERCENTILES.length);

const TIME = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' });

/** Attempts by how they ended, and how long deliveries took, side by side where there is room. */
export function TrafficCharts({ traffic }: { traffic: Traffic }): React.JSX.Element {
  const attempts = useMemo(() => chartData(traffic, OUTCOMES, count), [traffic]);
  const latency = useMemo(() => chartData(traffic, PERCENTILES, duration), [traffic]);
  return (
    <div className="dp-charts">
      <Chart title="Attempts by outcome" data={attempts}>
        <TimeChart drawing={BARS} summary={summaryOf('Attempts', attempts)} {...attempts} />
      </Chart>
      <Chart title="From accepted to delivered" data={latency}>
        <TimeChart drawing={LINES} summary={summaryOf('Time from accepted to delivered', latency)} {...latency} />
      </Chart>
    </div>
  );
}

function Chart(props: { title: string; data: ChartData; children: React.ReactNode }): React.JSX.Element {
  const isEmpty = props.data.series.every(({ values }) => values.every((value) => !value));
  return (
    <section className="dp-card">
      <h2>{props.title}</h2>
      {isEmpty ? (
        <p className="dp-muted">Nothing in {props.data.whole}.</p>
      ) : (
        <>
          {props.children}
          <ChartTable data={props.data} />
        </>
      )}
    </section>
  );
}

interface Described {
  readonly name: keyof Traffic['total'];
  readonly label: string;
  readonly colour: string;
}

function chartData(traffic: Traffic, described: readonly Described[], format: (value: number) => string): ChartData {
  const series: ChartSeries[] = described.map(({ name, label, colour }) => ({
    label,
    colour,
    values: traffic.points.map((point) => point[name]),
    total: traffic.total[name],
  }));
  return {
    times: traffic.points.map(({ beginsAt }) => Date.parse(beginsAt) / 1000),
    stepSeconds: traffic.seconds,
    series,
    format: (value) => format(value),
    formatTime: (time) => TIME.format(time),
    whole: spanWords(traffic.span),
  };
}

function summaryOf(what: string, { series, whole, format }: ChartData): string {
  const parts = series.map(({ label, total }) => `${label}: ${total === null ? 'none' : format(total)}`);
  return `${what} in ${whole}. ${parts.join('; ')}. The table below has the values.`;
}
