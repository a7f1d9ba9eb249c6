import { command, get } from './api.js';
import { h } from './dom.js';
import { bytes, count, duration, elapsed, NOTHING, plural } from './format.js';
import { allow, commandButton, confirm, emptyBox, grantNote, head, toast, watch } from './parts.js';
import { session } from './session.js';
import { figure, table, text } from './table.js';

const EVERY_MILLIS = 2000;
const KINDS = {
  open: 'good',
  connecting: 'warn',
  waiting: 'bad',
  closed: 'bad',
  paused: '',
  standby: '',
  idle: '',
  new: 'warn',
};
const MEANING = {
  open: 'is followed',
  connecting: 'a connection is being made',
  waiting: 'has no stream, and tries again',
  closed: 'has ended for good; restart it',
  paused: 'until it is resumed, or the program is restarted',
  standby: 'another node follows it',
  idle: 'nobody listens to any of its addresses',
  new: 'is about to begin',
};

function lag(each) {
  return each.lastEvent ? elapsed(each.lastEvent) : NOTHING;
}

function lastError(each) {
  if (!each.reason) {
    return 'none';
  }
  return [each.reason.replaceAll('_', ' '), each.status].filter(Boolean).join(', ');
}

function statesOf(each) {
  return each.states
    ? Object.entries(each.states)
        .map(([state, number]) => `${number} ${state}`)
        .join(', ')
    : '';
}

export function mount(root) {
  const total = h('p', { class: 'soft' });
  const trouble = h('div', {});
  const place = h('div', { class: 'card' });
  const grants = grantNote();
  const buttons = new Set();

  function commandOf(each, word, label, kind = 'small') {
    const made = commandButton(label, () => run(each.name, word), {
      kind,
      'aria-label': `${label} source ${each.name}`,
    });
    made.dataset.word = word;
    buttons.add(made);
    return made;
  }

  const sources = table(
    'Sources',
    [
      text('Source', (each) => each.name, { sub: (each) => each.url ?? '' }),
      {
        label: 'State',
        make: () => h('span', {}, h('span', { class: 'chip' }), h('span', { class: 'cell-sub' })),
        show(cell, each) {
          cell.firstChild.className = `chip ${KINDS[each.state] ?? ''}`;
          cell.firstChild.textContent = each.state;
          cell.lastChild.textContent =
            statesOf(each) ||
            [each.since ? `for ${elapsed(each.since)}` : '', MEANING[each.state]].filter(Boolean).join(': ');
        },
      },
      text('Last error', lastError, {
        sub: (each) =>
          each.state === 'waiting' && each.delay
            ? `next try in up to ${duration(each.delay)}`
            : each.failuresInRow
              ? `${count(each.failuresInRow)} in a row`
              : '',
      }),
      figure('Lag', lag, {
        sub: (each) =>
          each.inFlight
            ? `${plural(each.inFlight, 'event')} not done with`
            : each.lastEvent
              ? 'since its last event'
              : '',
      }),
      figure(
        'Reconnects',
        (each) => count(each.reconnects ?? (each.opened === undefined ? NaN : Math.max(0, each.opened - 1))),
        { sub: (each) => (each.failures ? `${plural(each.failures, 'failure')}` : '') },
      ),
      figure('Events', (each) => count(each.events), {
        sub: (each) =>
          [bytes(each.bytes), each.missed ? `${count(each.missed)} missed in ${plural(each.gaps, 'gap')}` : '']
            .filter(Boolean)
            .join(' · '),
      }),
      {
        label: 'Commands',
        hidden: true,
        class: 'right',
        make: (each) =>
          h(
            'span',
            { class: 'tools row-tools' },
            commandOf(each, 'pause', 'Pause'),
            commandOf(each, 'resume', 'Resume'),
            commandOf(each, 'restart', 'Restart'),
          ),
        show(cell, each) {
          cell.children[0].hidden = each.state === 'paused';
          cell.children[1].hidden = each.state !== 'paused';
          cell.children[2].hidden = each.state === 'paused';
        },
      },
    ],
    (each) => each.name,
    { hideCaption: true },
  );

  async function run(name, word) {
    if (
      word === 'pause' &&
      !(await confirm(
        `Pause the source ${name}?`,
        'It is not followed until it is resumed, and goes on then after the last event that it had. Who listens to its ' +
          'addresses gets nothing of it meanwhile.',
        'Pause the source',
      ))
    ) {
      return;
    }
    try {
      await command('POST', `sources/${encodeURIComponent(name)}/${word}`);
      toast(`Source ${name}: ${word} is done`);
    } catch (problem) {
      toast(problem.message, 'bad');
    }
    polling.now();
  }

  root.append(head('Sources', 'Remote streams that this bridge follows.', total), grants.element, trouble, place);
  const polling = watch(
    EVERY_MILLIS,
    trouble,
    place,
    (signal) => get('sources', { signal }),
    (answer) => {
      const open = answer.sources.filter((each) => each.state === 'open').length;
      total.textContent = answer.count ? `${plural(answer.count, 'source')}, ${count(open)} open` : '';
      if (answer.count === 0) {
        place.replaceChildren(
          emptyBox(
            'No source is configured',
            'A source brings a remote event stream onto the event bus. In the configuration one looks like this:',
            h('pre', {}, '"sources": {\n  "prices": {"url": "https://stream.example/prices", "address": "prices"}\n}'),
          ),
        );
      } else if (!place.contains(sources.element)) {
        place.replaceChildren(sources.element);
      }
      sources.show(answer.sources);
    },
  );
  const stopGrants = session.onChange(() => buttons.forEach(allow));

  return {
    close() {
      polling.stop();
      grants.stop();
      stopGrants();
    },
  };
}
