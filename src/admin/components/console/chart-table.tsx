import React from 'react';
import type { ChartData } from './chart-data.ts';

/** What a chart shows, as a table: newest first, without the times in which nothing happened. */
export function ChartTable({ data }: { data: ChartData }): React.JSX.Element {
  const { times, series, format, formatTime } = data;
  const rows = times
    .map((seconds, index) => ({ seconds, values: series.map(({ values }) => values[index] ?? null) }))
    .filter(({ values }) => values.some(Boolean))
    .reverse();
  return (
    <details className="dp-details">
      <summary>As a table</summary>
      <div className="dp-scroll" tabIndex={0} role="region" aria-label="Values of the chart">
        <table className="dp-table">
          <thead>
            <tr>
              <th scope="col">From</th>
              {series.map(({ label }) => (
                <th key={label} scope="col" className="dp-figure">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ seconds, values }) => (
              <tr key={seconds}>
                <th scope="row">{formatTime(new Date(seconds * 1000))}</th>
                {values.map((value, index) => (
                  <td key={series[index]?.label} className="dp-figure">
                    {value === null ? '–' : format(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
