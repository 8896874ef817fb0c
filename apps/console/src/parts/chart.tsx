import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface ChartProps {
  readonly title: string;
  /** Says what the newest value is. */
  readonly latest: string;
  /** Epoch seconds. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  /** A colour of tokens.css. */
  readonly color: '--accent' | '--bad' | '--info' | '--warn';
  readonly say: (value: number) => string;
}

const HEIGHT = 132;
const colorOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Time of day, or the day where ticks are days apart. `apart`: seconds. */
function sayTick(tick: number, apart: number): string {
  const date = new Date(tick * 1000);
  return apart >= 86_400
    ? date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
    : date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

/** Colours are read anew for each drawing: they change with the theme. */
function options({ color, say }: ChartProps, width: number): uPlot.Options {
  const stroke = (): string => colorOf(color);
  const quiet = (): string => colorOf('--text-quiet');
  const grid = { stroke: () => colorOf('--line'), width: 1 };
  const font = '11px system-ui, sans-serif';
  return {
    width,
    height: HEIGHT,
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    scales: { x: { time: true }, y: { range: (_, __, max) => [0, max > 0 ? max * 1.12 : 1] } },
    axes: [
      {
        stroke: quiet,
        grid: { show: false },
        ticks: { show: false },
        font,
        size: 24,
        space: 70,
        values: (_, ticks, __, ___, apart) => ticks.map((tick) => sayTick(tick, apart)),
      },
      {
        stroke: quiet,
        grid,
        ticks: { show: false },
        font,
        size: 46,
        space: 34,
        values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : say(tick))),
      },
    ],
    series: [{}, { stroke, width: 1.6, fill: () => `${colorOf(color)}22`, points: { show: false } }],
  };
}

/** A line over time, with its newest value in words, which is also what a screen reader is told. */
export function Chart(props: ChartProps) {
  const { title, latest, times, values, color } = props;
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const readout = useRef<HTMLSpanElement>(null);
  const latestProps = useRef(props);
  latestProps.current = props;

  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const { say } = latestProps.current;
    const point = (plot: uPlot): void => {
      const { idx } = plot.cursor;
      const value = typeof idx === 'number' ? plot.data[1]?.[idx] : undefined;
      const at = typeof idx === 'number' ? plot.data[0][idx] : undefined;
      if (!readout.current) return;
      readout.current.textContent =
        value === undefined || value === null || at === undefined
          ? ''
          : `${say(value)} at ${new Date(at * 1000).toLocaleTimeString()}`;
    };
    const plot = new uPlot(
      { ...options(latestProps.current, element.clientWidth), hooks: { setCursor: [point] } },
      [[], []],
      element,
    );
    chart.current = plot;
    const watcher = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    watcher.observe(element);
    const redraw = (): void => plot.redraw(false, true);
    const system = matchMedia('(prefers-color-scheme: dark)');
    window.addEventListener('theme', redraw);
    system.addEventListener('change', redraw);
    return () => {
      watcher.disconnect();
      window.removeEventListener('theme', redraw);
      system.removeEventListener('change', redraw);
      plot.destroy();
      chart.current = null;
    };
  }, [color]);
  useEffect(() => {
    chart.current?.setData([[...times], [...values]]);
  }, [times, values, color]);

  return (
    <figure className="chart">
      <figcaption>
        <span>{title}</span>
        <span className="chart-readout" ref={readout} aria-hidden="true" />
        <strong>{latest}</strong>
      </figcaption>
      <div ref={frame} role="img" aria-label={`${title} over time; now ${latest}`} />
    </figure>
  );
}
