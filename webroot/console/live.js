import { head, announce, button, copy, emptyBox } from './parts.js';
import { h, icon, inNextFrame, setText } from './dom.js';
import { createDetail } from './detail.js';
import { createPicker } from './picker.js';
import { createSieve } from './sieve.js';
import { showSnippets } from './share.js';
import { createConnection, legible } from './connection.js';
import { followPath } from './feed.js';
import { bytes, count, plural, rate } from './format.js';
import { createList } from './list.js';
import { makeRow, rowHead, rowHeight } from './row.js';
import { Ring, Sifted } from './ring.js';
import { noRoutesText, recent, servesRoutes } from './routes.js';
import { format, note } from './router.js';

// So much is kept; what is older falls out, and that is told.
const MOST_EVENTS = 10_000;
const MOST_BYTES = 16 << 20;
// While it is paused, so much of it may wait: the rest is what is looked at. More is left with the server until then.
const WAITING_PART = 0.5;
const SLICE_MILLIS = 6;

export function mount(root, parameters) {
  const heading = head('Live', 'What a route brings, as it comes.');
  if (!servesRoutes()) {
    root.append(heading, emptyBox('Nothing to follow here', noRoutesText()));
    return { close() {} };
  }
  const narrow = matchMedia('(max-width: 820px)');
  const ring = new Ring(MOST_EVENTS, MOST_BYTES);
  const sifted = new Sifted(ring);
  let feed = null;
  let wish = null; // what is followed: { path, start, addresses, gapType }
  let events = 0;
  let counts = []; // how many had come, by second
  let ended = false; // nothing comes any more
  let status = 0; // with which it has ended
  let connection = null; // of what is followed
  let begun = false; // what the address asks for was read
  let closed = false;
  let pausedAt = null;
  let fallenAtPause = 0;
  let waitingBytes = 0;
  let heldAt = ''; // the id after which it goes on when the pause is over

  const state = h('span', { class: 'chip live-state' }, 'not following');
  const pace = h('span', { class: 'number soft' });
  const shownCount = h('span', { class: 'number soft' });
  const waiting = h('span', { class: 'chip accent number', hidden: true });
  const lost = h('span', { class: 'chip warn number', hidden: true });
  const pause = button('Pause', togglePause, { sign: 'pause', 'aria-pressed': 'false' });
  const clear = button(
    'Clear',
    () => {
      ring.clear();
      events = 0;
      if (pausedAt !== null) {
        markPause();
      }
      resift();
    },
    { sign: 'clear' },
  );
  const jump = button(
    'Newest',
    () => {
      list.follow();
      jump.hidden = true;
    },
    { sign: 'down', kind: 'jump primary', hidden: true },
  );
  const empty = h('div', { class: 'list-empty' });

  const list = createList({
    label: 'Events',
    source: sifted,
    make: makeRow,
    height: rowHeight,
    onScroll: () => {
      jump.hidden = list.atEnd;
    },
    onSelect: (number, byMouse) => {
      detail.show(number === null ? null : (ring.at(number) ?? null));
      if (byMouse && narrow.matches) {
        detail.element.scrollIntoView({ block: 'nearest' });
      }
    },
  });
  const detail = createDetail({
    onClose: () => {
      list.select(null);
      list.element.focus();
    },
    onResume: (id) => {
      picker.set({ ...wish, start: { kind: 'id', value: id } });
      follow(picker.wish());
    },
  });
  list.element.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && list.selected !== null) {
      detail.focus();
    } else if (event.key === 'Escape' && list.selected !== null) {
      list.select(null);
    } else if (event.key === ' ') {
      event.preventDefault();
      togglePause();
    }
  });

  const sieve = createSieve(parameters, (test) => {
    sifted.sift(test);
    noteAddress();
    repaint();
  });
  const picker = createPicker(parameters, (wanted) => {
    follow(wanted);
    if (narrow.matches) {
      list.element.scrollIntoView({ block: 'nearest' });
    }
  });

  const repaint = inNextFrame(paint);

  function paint() {
    const { fallen, done } = sifted.advance(SLICE_MILLIS);
    list.paint(fallen);
    jump.hidden = list.atEnd;
    if (!done) {
      repaint();
    }
    const waits = pausedAt === null ? 0 : ring.next - pausedAt;
    waiting.hidden = pausedAt === null;
    setText(waiting, heldAt ? `${count(waits)} waiting, and maybe more` : `${count(waits)} waiting`);
    const gone = ring.fallen - (pausedAt === null ? 0 : fallenAtPause);
    lost.hidden = gone === 0;
    setText(lost, pausedAt === null ? `${count(gone)} older fell out` : `${count(gone)} fell out since the pause`);
    lost.title = `Kept are the newest ${count(MOST_EVENTS)}, or ${bytes(MOST_BYTES)} of them`;
    const kept = ring.next - ring.first;
    setText(
      shownCount,
      kept === sifted.length ? plural(kept, 'entry', 'entries') : `${count(sifted.length)} of ${count(kept)} shown`,
    );
    showEmpty(kept);
  }

  // While there is no event to be seen, below the marks: what that means, and what to do.
  function showEmpty(kept) {
    const few = sifted.length <= 4;
    empty.hidden =
      !few ||
      Array.from({ length: sifted.length }, (unused, at) => sifted.at(at)).some((item) => item?.kind === 'event');
    if (empty.hidden) {
      return;
    }
    const text =
      pausedAt !== null && ring.first >= pausedAt
        ? ['Paused', 'What comes is kept, and stands here when you resume.']
        : kept > sifted.length
          ? ['Nothing passes the filter', 'Take a part of it away; what comes is kept meanwhile.']
          : wish === null
            ? ['Choose a route', 'Then press Follow. What the route brings stands here, newest last.']
            : ended
              ? ['Nothing comes from here', 'Why stands above. Choose another route, or follow this one again.']
              : [
                  'Nothing has come yet',
                  `Events of ${legible(wish.path)} stand here as they come. To see older ones, start from the earliest.`,
                ];
    empty.style.top = `${sifted.length * rowHeight()}px`;
    if (empty.dataset.title !== text.join()) {
      empty.dataset.title = text.join();
      empty.replaceChildren(emptyBox(...text));
    }
  }

  function put(item) {
    ring.push(item);
    repaint();
  }

  function take(item) {
    connection.seen(item.id);
    if (item.kind === 'event') {
      events += 1;
      sieve.offer(item.type);
    }
    put(item);
    if (pausedAt !== null) {
      waitingBytes += item.weight;
      const waits = ring.next - pausedAt >= MOST_EVENTS * WAITING_PART || waitingBytes >= MOST_BYTES * WAITING_PART;
      if (waits && item.id && feed !== null) {
        hold(item.id);
      }
    }
  }

  // As much waits as may: the server keeps the rest, and tells a gap where it cannot.
  function hold(id) {
    leave();
    heldAt = id;
    state.className = 'chip live-state warn';
    setText(state, 'on hold');
    mark('note', 'So much waits that the connection was ended; it goes on from here when you resume');
  }

  function mark(kind, text) {
    put({ kind, text, time: Date.now(), type: '', id: '', data: '', size: 0 });
    announce(text);
  }

  // Ends the connection; of that nothing needs to be told.
  function leave() {
    const ending = feed;
    feed = null;
    ending?.close();
  }

  function told(now) {
    if (feed === null) {
      return;
    }
    const read = connection.read(now);
    ({ ended } = read);
    ({ status } = now);
    state.className = `chip live-state ${read.kind}`;
    setText(state, read.text);
    if (read.mark) {
      mark(read.mark.kind, read.mark.text);
    }
  }

  function follow(wanted) {
    leave();
    heldAt = '';
    ring.clear();
    events = 0;
    counts = [];
    if (pausedAt !== null) {
      togglePause();
    }
    list.select(null);
    wish = wanted;
    ended = false;
    resift();
    noteAddress();
    if (wish === null) {
      return;
    }
    state.className = 'chip live-state warn';
    setText(state, 'connecting');
    recent.path = wish.path;
    connection = createConnection(wish.path);
    feed = followPath({ ...wish, take, told });
    list.follow();
  }

  // With what is shown left as it is.
  function followOn(id) {
    leave();
    ended = false;
    feed = followPath({ ...wish, start: id ? { kind: 'id', value: id } : { kind: 'now' }, take, told });
  }

  function resift() {
    sifted.sift(sifted.test);
    list.renew();
    repaint();
  }

  // From here on it waits.
  function markPause() {
    pausedAt = ring.next;
    fallenAtPause = ring.fallen;
    waitingBytes = 0;
    sifted.end = ring.next;
  }

  function togglePause() {
    const pausing = pausedAt === null;
    if (pausing) {
      markPause();
    } else {
      pausedAt = null;
      sifted.end = Infinity;
      if (heldAt) {
        followOn(heldAt);
        heldAt = '';
      }
    }
    pause.setAttribute('aria-pressed', String(pausing));
    pause.replaceChildren(icon(pausing ? 'play' : 'pause'), h('span', {}, pausing ? 'Resume' : 'Pause'));
    announce(pausing ? 'Paused. What comes is kept.' : 'Resumed');
    if (!pausing) {
      list.follow();
    }
    repaint();
  }

  function address() {
    return { ...picker.parameters(wish), ...sieve.parameters() };
  }

  function noteAddress() {
    if (begun) {
      note('live', address());
    }
  }

  const share = [
    button('Copy as…', () => wish && showSnippets(wish, list.selected === null ? '' : ring.at(list.selected)?.id), {
      sign: 'copy',
    }),
    button('Link', () => copy(new URL(format('live', address()), location.href).href, 'Link'), { sign: 'link' }),
  ];

  const ticking = setInterval(() => {
    counts.push(events);
    if (counts.length > 6) {
      counts.shift();
    }
    const grown = counts[counts.length - 1] - counts[0];
    setText(pace, wish ? `${rate(counts.length > 1 ? Math.max(0, grown) / (counts.length - 1) : 0)}/s` : '');
  }, 1000);
  const renew = () => list.renew();
  narrow.addEventListener('change', renew);

  root.append(
    heading,
    picker.element,
    h(
      'div',
      { class: 'live-bar' },
      h('div', { class: 'tools' }, state, pace, pause, waiting, clear, ...share),
      shownCount,
      lost,
    ),
    sieve.element,
    h(
      'div',
      { class: 'live-panes' },
      h('div', { class: 'card list-card' }, rowHead(), h('div', { class: 'list-place' }, list.element, empty, jump)),
      detail.element,
    ),
  );
  paint();
  picker.ready.then((wanted) => {
    begun = true;
    if (wanted && !closed) {
      follow(wanted);
    }
  });

  return {
    // Who was here has signed in again: what was followed goes on where it was. False where nothing was.
    goOn() {
      if (feed === null || (ended && status !== 401)) {
        return false;
      }
      if (ended) {
        followOn(feed.id);
      }
      return true;
    },
    update(now) {
      if (format('live', now) !== format('live', address())) {
        sieve.set(now);
        picker.read(now).then((wanted) => closed || follow(wanted));
      }
    },
    close() {
      closed = true;
      leave();
      clearInterval(ticking);
      narrow.removeEventListener('change', renew);
      list.close();
    },
  };
}
