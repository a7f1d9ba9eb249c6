import { arrange, h, inNextFrame } from './dom.js';
import { visible } from './format.js';

const MOST_ROWS = 100; // a table with more has only those in view in the page
const AROUND = 600; // pixels: so far above and below the view there are rows as well

// A table whose rows stay the same elements as long as they are in the page: what has the focus keeps it. The rows of
// a long one that are out of view are spacers, as high as the rows were when they were last seen; the row with the
// focus stays. It is the page that scrolls.
//
//   columns: [{ name, label, class, cell(item) -> text or element, update(element, item) }]
//
// A cell is made once; update, where there is one, is called each time, else its text is set anew.
export function table(caption, columns, keyOf, options = {}) {
  const body = h('tbody', { role: 'rowgroup' });
  const rows = new Map(); // those in the page, by key
  const heights = new Map(); // in pixels, by key
  const spacers = []; // used again
  let items = [];
  let usual = 24; // the height of rows that were never seen: at first a low guess, which puts more rows into the page
  let width = 0;
  const element = h(
    'table',
    { class: 'cards', role: 'table' },
    h('caption', { class: options.hideCaption ? 'visually-hidden' : '' }, caption),
    h(
      'thead',
      { role: 'rowgroup' },
      h(
        'tr',
        { role: 'row', 'aria-rowindex': '1' },
        ...columns.map((column) =>
          h(
            'th',
            { scope: 'col', role: 'columnheader', class: column.class ?? '' },
            column.hidden ? h('span', { class: 'visually-hidden' }, column.label) : column.label,
          ),
        ),
      ),
    ),
    body,
  );

  function makeRow(item) {
    const cells = columns.map((column, at) =>
      h(
        at === 0 ? 'th' : 'td',
        {
          scope: at === 0 ? 'row' : null,
          role: at === 0 ? 'rowheader' : 'cell',
          class: column.hidden ? `${column.class} commands` : (column.class ?? ''),
          dataset: { label: column.label },
        },
        column.make ? column.make(item) : h('span', {}),
      ),
    );
    return { row: h('tr', { role: 'row', dataset: { key: keyOf(item) } }, ...cells), cells };
  }

  function rowOf(item, key, index) {
    if (!rows.has(key)) {
      rows.set(key, makeRow(item));
    }
    const { row, cells } = rows.get(key);
    row.setAttribute('aria-rowindex', String(index + 2)); // the head is the first
    columns.forEach((column, at) => column.show?.(cells[at].firstElementChild, item));
    return row;
  }

  function spacer(at, height) {
    spacers[at] ??= h('tr', { class: 'spacer', 'aria-hidden': 'true' }, h('td', { colspan: `${columns.length}` }));
    spacers[at].style.height = `${height}px`;
    return spacers[at];
  }

  function paint() {
    const { top } = body.getBoundingClientRect();
    const focused = document.activeElement?.closest('tr')?.dataset.key;
    const present = new Set();
    const wanted = [];
    let used = 0;
    let left = 0; // how high the rows are that were left out since the last one
    let end = 0;
    function closeUp() {
      if (left) {
        wanted.push(spacer(used, left));
        used += 1;
        left = 0;
      }
    }
    items.forEach((item, index) => {
      const key = keyOf(item);
      const height = heights.get(key) ?? usual;
      const begin = top + end;
      end += height;
      if (!isLong() || key === focused || (begin < innerHeight + AROUND && begin + height > -AROUND)) {
        closeUp();
        present.add(key);
        wanted.push(rowOf(item, key, index));
      } else {
        left += height;
      }
    });
    closeUp();
    rows.forEach((made, key) => present.has(key) || rows.delete(key));
    arrange(body, wanted);
    if (isLong()) {
      measure();
    }
  }

  function measure() {
    rows.forEach(({ row }, key) => heights.set(key, row.getBoundingClientRect().height));
    let all = 0;
    heights.forEach((height) => (all += height));
    usual = all / heights.size || usual;
  }

  const isLong = () => items.length > MOST_ROWS;

  // Columns are as wide as what is in view needs; while one scrolls they stay so.
  function fit() {
    const heads = [...element.querySelectorAll('th[scope=col]')];
    const set = (widths) => heads.forEach((each, at) => (each.style.width = widths[at] ?? ''));
    element.style.tableLayout = '';
    set([]);
    paint();
    if (isLong()) {
      paint(); // with the heights that it has found
      set(heads.map((each) => `${each.getBoundingClientRect().width}px`));
      element.style.tableLayout = 'fixed';
    }
  }

  const scrolled = inNextFrame(() => {
    if (!area.isConnected) {
      document.removeEventListener('scroll', scrolled, true);
    } else if (isLong()) {
      paint();
    }
  });

  function show(next) {
    items = next;
    const keys = new Set(items.map(keyOf));
    heights.forEach((height, key) => keys.has(key) || heights.delete(key));
    element.setAttribute('aria-rowcount', String(items.length + 1));
    document.addEventListener('scroll', scrolled, true); // once, however often it is asked for
    fit();
  }

  const area = h('div', { class: 'table-wrap', tabindex: '0', role: 'region', 'aria-label': caption }, element);
  new ResizeObserver(() => {
    if (width !== area.clientWidth) {
      width = area.clientWidth;
      heights.clear();
      fit();
    }
  }).observe(area);

  return { element: area, show };
}

// A column whose cells are texts; with more below it in small, where sub says something.
export function text(label, of, options = {}) {
  return {
    label,
    class: options.class ?? '',
    make: () =>
      h(
        'span',
        {},
        h('span', { class: `${options.mono ? 'mono' : ''} ${options.nowrap ? 'nowrap' : 'wrap'}` }),
        h('span', { class: 'cell-sub' }),
      ),
    show(cell, item) {
      write(cell.firstChild, of(item));
      write(cell.lastChild, options.sub?.(item) ?? '');
    },
  };
}

export function figure(label, of, options = {}) {
  return text(label, of, { ...options, class: 'right' });
}

function write(element, value) {
  const wanted = visible(value);
  if (element.textContent !== wanted) {
    element.textContent = wanted;
    element.title = wanted.length > 40 ? wanted : '';
  }
}
