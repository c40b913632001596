import React from 'react';
import { useSearchParams } from 'react-router-dom';

const SPANS = [
  { span: '1h', label: '1 h', words: 'the last hour' },
  { span: '24h', label: '24 h', words: 'the last 24 hours' },
  { span: '7d', label: '7 d', words: 'the last 7 days' },
] as const;

/** How far back the page looks; kept in its address. */
export function useSpan(): [span: string, choose: (span: string) => void] {
  const [search, setSearch] = useSearchParams();
  const span = search.get('span') ?? '1h';
  const choose = (chosen: string): void => {
    const changed = new URLSearchParams(search);
    changed.set('span', chosen);
    setSearch(changed, { replace: true });
  };
  return [span, choose];
}

export function spanWords(span: string): string {
  return SPANS.find((known) => known.span === span)?.words ?? SPANS[0].words;
}

export function SpanChoice({ span, choose }: { span: string; choose: (span: string) => void }): React.JSX.Element {
  return (
    <div className="dp-spans" role="group" aria-label="How far back">
      {SPANS.map((known) => (
        <button
          key={known.span}
          type="button"
          aria-pressed={span === known.span}
          aria-label={known.words}
          onClick={() => choose(known.span)}
        >
          {known.label}
        </button>
      ))}
    </div>
  );
}
