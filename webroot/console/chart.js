import uPlot from './uplot.js';
import { h } from './dom.js';
import { clock } from './format.js';

// One chart of a few lines over time. Hovering reads the figures, dragging zooms all charts of a page, a double click
// goes back; who uses the keyboard has the buttons for the time, and the table.
const HEIGHT = 150;

// A canvas knows no light-dark(): what a variable is now, is read of an element that has it as its colour.
function resolved(variable) {
  const probe = h('span', { class: 'visually-hidden' });
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function faded(colour, part) {
  return colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${part})`);
}

const LINES = ['--line-1', '--line-2', '--line-3'];

// lines: [{ label, read(value) -> text }]; axis(value) -> text; onZoom(from, to) in seconds, onHover(index or null)
export function chart({ title, lines, axis, steps, least = 1, key, onZoom, onReset, onHover }) {
  const now = lines.map(() => h('span', { class: 'reading-value' }, '–'));
  const readings = lines.map((line, at) =>
    h('span', { class: `reading reading-${at + 1}` }, h('span', { class: 'reading-name' }, line.label), now[at]),
  );
  const place = h('div', { class: 'plot', 'aria-hidden': 'true' });
  const element = h(
    'figure',
    { class: 'card chart' },
    h('figcaption', { class: 'chart-head' }, h('h2', {}, title), h('span', { class: 'readings' }, ...readings)),
    place,
  );
  let data = [[], ...lines.map(() => [])];
  let range = null;
  let plot = null;

  function options(width) {
    const grid = resolved('--line');
    const soft = resolved('--soft');
    const font = '11px system-ui, sans-serif';
    const axisOf = (more) => ({
      stroke: soft,
      font,
      grid: { stroke: grid, width: 1 },
      ticks: { show: false },
      ...more,
    });
    return {
      width,
      height: HEIGHT,
      legend: { show: false },
      padding: [8, 22, 0, 0],
      cursor: {
        y: false,
        sync: { key, setSeries: false },
        drag: { x: true, y: false, setScale: false },
        points: { size: 6 },
        bind: { dblclick: () => () => onReset() },
      },
      scales: {
        x: { time: true, range: () => range() },
        y: { range: (u, low, high) => [0, Math.max(least, (high ?? 0) * 1.12)] },
      },
      axes: [
        axisOf({
          size: 24,
          space: 70,
          values: (u, ticks) => ticks.map((tick) => clock(tick * 1000).replace(/:00$/, '')),
        }),
        axisOf({
          size: 58,
          space: 36,
          gap: 4,
          ...(steps ? { incrs: steps } : {}),
          values: (u, ticks) => ticks.map(axis),
        }),
      ],
      series: [
        {},
        ...lines.map((line, at) => {
          const colour = resolved(LINES[at]);
          return {
            label: line.label,
            stroke: colour,
            width: 1.6,
            fill: at === 0 ? faded(colour, 0.1) : undefined,
            points: { size: 4, width: 0, fill: colour },
            spanGaps: false,
          };
        }),
      ],
      hooks: {
        setSelect: [
          (u) => {
            if (u.select.width > 4) {
              onZoom(u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x'));
            }
            u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
        setCursor: [(u) => onHover(u.cursor.idx ?? null)],
      },
    };
  }

  function build() {
    plot?.destroy();
    plot = null;
    if (place.clientWidth > 0 && range !== null) {
      plot = new uPlot(options(place.clientWidth), data, place);
    }
  }

  const resize = new ResizeObserver(() => {
    if (plot === null) {
      build();
    } else if (plot.width !== place.clientWidth && place.clientWidth > 0) {
      plot.setSize({ width: place.clientWidth, height: HEIGHT });
    }
  });
  resize.observe(place);

  return {
    element,
    build,
    // columns: one array of values for each line; view: () => [from, to] in seconds
    show(times, columns, view, index) {
      data = [times, ...columns];
      range = view;
      if (plot === null) {
        build();
      } else {
        plot.setData(data);
      }
      this.read(index);
    },
    // The figures of one time, of the newest where there is none.
    read(index) {
      lines.forEach((line, at) => {
        const values = data[at + 1];
        const value = values[index === null ? values.length - 1 : index];
        now[at].textContent = value === undefined || value === null ? '–' : line.read(value);
      });
    },
    close() {
      resize.disconnect();
      plot?.destroy();
      plot = null;
    },
  };
}
