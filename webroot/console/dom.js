// Elements made without markup: text is only ever text, so nothing that an event holds can become a part of the page.

// h('p', { class: 'soft', onclick: f, dataset: { id: 1 } }, 'text', child)
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  set(element, props);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, props) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (name === 'class') {
      element.className = value;
    } else if (name === 'dataset') {
      Object.assign(element.dataset, value);
    } else if (name in element && typeof value !== 'string') {
      element[name] = value;
    } else {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
}

// Sets a text only where it is another: a write that changes nothing would still cost a layout.
export function setText(element, text) {
  const wanted = String(text);
  if (element.textContent !== wanted) {
    element.textContent = wanted;
  }
}

// Puts the children of a list in an order with few moves. The one that has the focus stays where it is, as it would lose
// the focus: the others move around it.
export function arrange(parent, wanted) {
  const kept = new Set(wanted);
  [...parent.children].forEach((child) => kept.has(child) || child.remove());
  const focused = wanted.find((child) => child.contains(document.activeElement));
  let at = parent.firstChild;
  for (const child of kept) {
    while (child === focused && at !== focused && focused.parentNode === parent) {
      const next = at.nextSibling;
      parent.append(at);
      at = next;
    }
    if (child === at) {
      at = at.nextSibling;
    } else {
      parent.insertBefore(child, at);
    }
  }
}

// Calls once in the next frame, however often it was asked for.
export function inNextFrame(paint) {
  let asked = false;
  return () => {
    if (!asked) {
      asked = true;
      requestAnimationFrame(() => {
        asked = false;
        paint();
      });
    }
  };
}

let names = 0;

export function freshId(prefix) {
  names += 1;
  return `${prefix}-${names}`;
}

const PATHS = {
  overview: 'M3 13h3l2.5-7 4 12 2.5-8 1.5 3H21',
  live: 'M12 12h.01M8.5 15.5a5 5 0 0 1 0-7m7 0a5 5 0 0 1 0 7M5.6 18.4a9 9 0 0 1 0-12.8m12.8 0a9 9 0 0 1 0 12.8',
  publish: 'M4 12 20 4l-5 16-3.5-6.5L4 12Zm7.5 1.5L20 4',
  streams: 'M4 6h16M4 12h10M4 18h13',
  sources: 'M12 3v10m0 0-4-4m4 4 4-4M4 16v3a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-3',
  channels: 'M4 7c0-2 16-2 16 0s-16 2-16 0Zm0 0v10c0 2 16 2 16 0V7M4 12c0 2 16 2 16 0',
  configuration: 'M4 7h9m4 0h3M4 17h3m4 0h9M15 4.5v5M9 14.5v5',
  health: 'M12 20S4 15 4 9.5A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 8 2.5C20 15 12 20 12 20Z',
  pause: 'M8 5v14M16 5v14',
  play: 'M7 4.5v15l12-7.5-12-7.5Z',
  stop: 'M6 6h12v12H6z',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  link: 'M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.5-5.5L12 7.5M14 10a4 4 0 0 0-6-.5l-3 3A4 4 0 0 0 10.5 18l1.5-1.5',
  close: 'M6 6l12 12M18 6 6 18',
  clear: 'M5 7h14M10 4h4M7 7l1 13h8l1-13',
  down: 'M12 5v14m0 0-6-6m6 6 6-6',
  gap: 'M2.5 12h4M17.5 12h4M8 17.5l3-11M13 17.5l3-11',
  plug: 'M9 3v5m6-5v5M6 8h12v3a6 6 0 0 1-12 0V8Zm6 9v4',
  store: 'M4 6h16v5H4zM4 13h16v5H4zM7 8.5h.01M7 15.5h.01',
  warn: 'M12 4 2.5 20h19L12 4Zm0 6v5m0 2.5h.01',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 8c1-4 4-5.5 7-5.5s6 1.5 7 5.5',
  theme: 'M12 3a9 9 0 1 0 0 18V3Z',
};

const SVG = 'http://www.w3.org/2000/svg';

export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name] ?? PATHS.warn);
  svg.append(path);
  return svg;
}
