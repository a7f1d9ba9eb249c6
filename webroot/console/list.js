import { arrange, freshId, h } from './dom.js';

// Before the layer is begun anew: a browser counts pixels up to some millions only.
const MOST_DROPPED = 20_000;
const AT_REST_MILLIS = 300;

function setStyle(element, name, value) {
  if (element.style[name] !== value) {
    element.style[name] = value;
  }
}

// A list of any length of which only the rows in view are in the page: a listbox, driven by the arrow keys. All rows
// have the same height.
//
//   source: { length, at(index) -> item with a number, indexOf(number), dropped: how many there were before the first }
//   make() -> { element, show(item) }
export function createList({ label, source, make, height, onSelect, onScroll }) {
  const id = freshId('list');
  // Rows keep their place in the layer, and what falls out at the front moves the layer: one change a frame, not one
  // a row.
  const layer = h('div', { class: 'list-layer' });
  const sizer = h('div', { class: 'list-sizer' }, layer);
  const element = h('div', { class: 'list', tabindex: '0', role: 'listbox', 'aria-label': label }, sizer);
  const rows = new Map(); // by number
  const spare = [];
  let selected = null; // a number
  let following = true;
  let lastTop = 0; // where it is scrolled to, and how high it is: known without asking, which would cost a layout
  let room = 0;
  let base = 0; // of the layer: the number of dropped ones that is its top
  let resting = 0;

  // Out of view, for another item.
  function spareRow(row) {
    row.element.hidden = true;
    row.element.removeAttribute('id');
    spare.push(row);
  }

  function rowFor(item) {
    let row = rows.get(item.number);
    if (!row) {
      clearTimeout(resting);
      resting = setTimeout(inOrder, AT_REST_MILLIS);
      row = spare.pop() ?? make();
      rows.set(item.number, row);
      row.element.id = `${id}-${item.number}`;
      row.element.setAttribute('role', 'option');
      row.number = item.number;
      row.top = -1;
      row.selected = null;
      row.element.setAttribute('aria-setsize', '-1'); // it grows
      row.show(item);
      if (!row.element.isConnected) {
        layer.append(row.element);
      }
      row.element.hidden = false;
    }
    return row;
  }

  // Rows are used again, so the page has them in any order. Who has it read to him line by line gets them in their own
  // as soon as no more come.
  function inOrder() {
    const ordered = [...rows.values()].sort((a, b) => a.number - b.number);
    arrange(layer, [...ordered, ...spare].map((row) => row.element));
  }

  // fallen: how many rows went at the front since the last time
  function paint(fallen = 0) {
    const rowHeight = height();
    const length = source.length;
    const most = Math.max(0, length * rowHeight - room);
    const top = following ? most : Math.max(0, Math.min(most, lastTop - fallen * rowHeight));
    if (source.dropped < base || source.dropped - base > MOST_DROPPED) {
      base = source.dropped;
      rows.forEach((row) => {
        row.top = -1;
      });
    }
    const dropped = source.dropped - base;
    setStyle(layer, 'transform', `translateY(${-dropped * rowHeight}px)`);
    const first = Math.max(0, Math.floor(top / rowHeight) - 2);
    const last = Math.min(length, Math.ceil((top + room) / rowHeight) + 2);
    const wanted = new Set();
    for (let index = first; index < last; index += 1) {
      const item = source.at(index);
      if (item) {
        wanted.add(item.number);
      }
    }
    for (const [number, row] of rows) {
      if (!wanted.has(number)) {
        rows.delete(number);
        spareRow(row);
      }
    }
    for (let index = first; index < last; index += 1) {
      const item = source.at(index);
      if (item) {
        const row = rowFor(item);
        const place = (dropped + index) * rowHeight;
        if (row.top !== place) {
          row.top = place;
          row.element.style.transform = `translateY(${place}px)`;
          row.element.setAttribute('aria-posinset', String(source.dropped + index + 1));
        }
        const isSelected = item.number === selected;
        if (row.selected !== isSelected) {
          row.selected = isSelected;
          row.element.setAttribute('aria-selected', String(isSelected));
        }
      }
    }
    while (spare.length > 40) {
      spare.pop().element.remove();
    }
    setStyle(sizer, 'height', `${length * rowHeight}px`);
    if (lastTop !== top) {
      element.scrollTop = top; // last of all: it has the browser lay out what was written
      lastTop = top;
    }
    if (selected !== null && rows.has(selected)) {
      element.setAttribute('aria-activedescendant', `${id}-${selected}`);
    } else {
      element.removeAttribute('aria-activedescendant');
    }
  }

  function reveal(index) {
    const top = index * height();
    lastTop = Math.max(Math.min(lastTop, top), top + height() - room);
    element.scrollTop = lastTop;
  }

  function select(number, byMouse = false) {
    selected = number;
    onSelect(number, byMouse);
    paint();
  }

  function move(index) {
    const item = source.at(Math.max(0, Math.min(source.length - 1, index)));
    if (item) {
      following = index >= source.length - 1;
      reveal(source.indexOf(item.number));
      select(item.number);
    }
  }

  element.addEventListener('keydown', (event) => {
    const now = selected === null ? source.length - 1 : source.indexOf(selected);
    const page = Math.max(1, Math.floor(room / height()) - 1);
    const steps = {
      ArrowDown: selected === null ? 0 : 1,
      ArrowUp: selected === null ? 0 : -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    };
    if (event.key in steps) {
      event.preventDefault();
      move(Math.max(0, Math.min(source.length - 1, now + steps[event.key])));
    }
  });
  element.addEventListener('click', (event) => {
    const found = [...rows.values()].find((row) => row.element.contains(event.target));
    if (found) {
      following = false;
      select(found.number, true);
    }
  });
  element.addEventListener(
    'scroll',
    () => {
      const top = element.scrollTop;
      if (Math.abs(top - lastTop) >= 1) {
        // not our own
        lastTop = top;
        following = top >= source.length * height() - room - 4;
        paint();
        onScroll();
      }
    },
    { passive: true },
  );
  const resized = new ResizeObserver(() => {
    room = element.clientHeight;
    paint();
  });
  resized.observe(element);

  return {
    element,
    paint,
    // All rows anew: what they show, or how high they are, is another.
    renew() {
      rows.forEach(spareRow);
      rows.clear();
      paint();
    },
    select,
    get selected() {
      return selected;
    },
    // Whether the newest is in view.
    get atEnd() {
      return lastTop >= source.length * height() - room - height();
    },
    close() {
      clearTimeout(resting);
      resized.disconnect();
    },
    follow() {
      following = true;
      paint();
    },
  };
}
