import { headers as withToken, problemOf, routeUrl } from './api.js';
import { createAnswers } from './answers.js';
import { statusBeside } from './connection.js';
import { h } from './dom.js';
import { followPath } from './feed.js';
import { count, plural, rate } from './format.js';
import { announce, button, emptyBox, field, head, problemBox, select } from './parts.js';
import { fill, knownRoutes, match, noRoutesText, parametersOf, recent, routeOfRule, servesRoutes } from './routes.js';
import { note } from './router.js';
import { createRun } from './run.js';

const MEDIA = [
  ['application/json', 'JSON'],
  ['text/plain; charset=utf-8', 'Text'],
  ['application/x-ndjson', 'NDJSON, one value a line'],
  ['text/event-stream', 'Event stream'],
];
const SAMPLES = {
  'application/json': '{"celsius": 21, "reading": {{n}}}',
  'text/plain; charset=utf-8': 'Hello, {{n}}',
  'application/x-ndjson': '{"celsius": 21}\n{"celsius": 22}',
  'text/event-stream': 'event: alert\ndata: storm tonight\n\n',
};
const MOST_ARRIVALS = 2000;
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/;

// The headers of a text, one a line; throws where one is none.
function headersOf(lines) {
  return Object.fromEntries(
    lines
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
      .map((line) => {
        const found = HEADER.exec(line);
        if (!found) {
          throw new Error(`headers: expected “name: value” on each line, got “${line.slice(0, 60)}”`);
        }
        if (/[^\t -~\x80-\xff]/.test(line)) {
          throw new Error(`headers: expected characters of ISO-8859-1 alone, got “${line.slice(0, 60)}”`);
        }
        return [found[1].toLowerCase(), found[2]];
      }),
  );
}

export function mount(root, parameters) {
  const heading = head('Publish', 'Sends a message to a route, and times its way over the bus back to this page.');
  if (!servesRoutes()) {
    root.append(heading, emptyBox('Nothing to publish to here', noRoutesText()));
    return { close() {} };
  }
  let routes = [];
  let rules = [];
  let inputs = [];
  let feed = null;
  let followed = '';
  let closed = false;
  let opened = Promise.resolve(); // once what is published can be seen to come back, or is known not to
  const arrivals = new Map(); // when an event came, by its id; bounded
  const awaited = new Map(); // results whose event did not come yet, by id; bounded

  const rule = select([], '', showFields);
  const place = h('div', { class: 'picker-fields' });
  const media = select(MEDIA, MEDIA[0][0], () => {
    if (Object.values(SAMPLES).includes(body.value)) {
      body.value = SAMPLES[media.value];
    }
  });
  const type = h('input', { placeholder: 'message', autocomplete: 'off', spellcheck: 'false', maxLength: 256 });
  const body = h('textarea', { rows: '7', spellcheck: 'false' });
  const more = h('textarea', { rows: '2', spellcheck: 'false', placeholder: 'idempotency-key: my-key-{{n}}' });
  const times = h('input', { type: 'number', min: '1', max: '10000', value: '1', required: true });
  const every = h('input', { type: 'number', min: '0.1', max: '100', step: 'any', value: '5', required: true });
  const submit = h('button', { type: 'submit', class: 'primary' }, 'Publish');
  const stop = button('Stop', () => run.stop(), { sign: 'stop', hidden: true });
  const progress = h('output', { class: 'number soft' });
  const problem = h('p', { class: 'bad-text', role: 'alert' });
  const watching = h('p', { class: 'soft' });
  const trouble = h('div', {});
  body.value = SAMPLES[media.value];

  const answers = createAnswers();

  function chosen() {
    return rules.find(({ name }) => name === rule.value) ?? null;
  }

  function showFields(values = {}) {
    const of = chosen();
    inputs =
      of === null
        ? []
        : parametersOf(of.path).map((name) => {
            const input = h('input', {
              class: 'mono',
              required: true,
              autocomplete: 'off',
              spellcheck: 'false',
              onchange: watch,
            });
            input.value = values[name] ?? '';
            return [name, input];
          });
    place.replaceChildren(...inputs.map(([name, input]) => field(name, input)));
    watch();
  }

  function values() {
    return Object.fromEntries(inputs.map(([name, input]) => [name, input.value]));
  }

  // The path to post to; null while a parameter is missing.
  function path() {
    const of = chosen();
    return of !== null && inputs.every(([, input]) => input.value !== '') ? fill(of.path, values()) : null;
  }

  // Follows the route that what is published comes back by, so that its way can be timed.
  function watch() {
    const of = chosen();
    const route = of ? routeOfRule(of, routes) : undefined;
    const wanted = route && path() ? fill(route.path, values()) : '';
    note('publish', { path: path() ?? '' });
    recent.path = path() ?? recent.path;
    if (wanted === followed && wanted) {
      return;
    }
    followed = wanted;
    feed?.close();
    feed = null;
    arrivals.clear();
    awaited.clear();
    watching.textContent = wanted
      ? `Following ${wanted}: connecting`
      : route || of === null
        ? 'Fill in the path, so that its route can be followed.'
        : `No route has the address ${of.address}, so nothing comes back to this page.`;
    opened = Promise.resolve();
    if (wanted) {
      let open;
      opened = new Promise((resolve) => {
        open = resolve;
      });
      feed = followPath({
        path: wanted,
        start: { kind: 'now' },
        addresses: [],
        gapType: route.gapType,
        heartbeat: route.heartbeat,
        take: arrived,
        told: ({ state, status, reason }) => {
          if (state !== 'connecting') {
            open();
          }
          watching.textContent =
            state === 'open'
              ? `Following ${wanted}: what is published there is timed.`
              : `Following ${wanted}: ${[state, statusBeside(reason, status), reason].filter(Boolean).join(' · ')}`;
        },
      });
    }
  }

  function arrived(item) {
    const now = performance.now();
    const result = awaited.get(item.id);
    if (result) {
      awaited.delete(item.id);
      result.way = now - result.begun;
      answers.repaint();
    }
    arrivals.set(item.id, now);
    if (arrivals.size > MOST_ARRIVALS) {
      arrivals.delete(arrivals.keys().next().value);
    }
  }

  function located(result) {
    if (arrivals.has(result.position)) {
      const way = arrivals.get(result.position) - result.begun;
      if (way >= 0) {
        result.way = way;
      } else {
        result.repeated = true; // by its idempotency-key
      }
      return;
    }
    awaited.set(result.position, result);
    if (awaited.size > MOST_ARRIVALS) {
      awaited.delete(awaited.keys().next().value);
    }
  }

  async function send(number, message) {
    const result = { number, time: Date.now(), begun: performance.now(), status: null };
    answers.add(result);
    const fillIn = (given) => given.replaceAll('{{n}}', String(number));
    const url = routeUrl(message.path);
    if (message.type) {
      url.searchParams.set('event', fillIn(message.type));
    }
    try {
      const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, fillIn(value)]));
      const response = await fetch(url, {
        method: 'POST',
        body: fillIn(message.body),
        cache: 'no-store',
        headers: withToken({ 'content-type': message.media, prefer: 'return=representation', ...headers }),
      });
      result.answered = performance.now() - result.begun;
      // The body first: a status that is shown without its reason is a riddle.
      if (response.ok) {
        result.published = response.status === 200 ? (await response.json()).published : undefined;
        result.position = response.headers.get('sse-position') ?? undefined;
        if (result.position) {
          located(result);
        }
      } else {
        result.detail = (await problemOf(response)).message;
        announce(`Refused: ${response.status} ${result.detail}`);
      }
      result.status = response.status;
    } catch (failure) {
      result.answered = performance.now() - result.begun;
      result.status = 0;
      result.detail = failure.message;
    }
    answers.settled(result);
    return result;
  }

  const run = createRun({
    send,
    onProgress: ({ done, total, running, perSecond }) => {
      submit.disabled = running;
      stop.hidden = !running;
      progress.textContent =
        total > 1 ? `${count(done)} of ${count(total)}${running ? `, ${rate(perSecond)}/s` : ''}` : '';
      if (!running) {
        announce(`Published: ${plural(done, 'message')}`);
      }
    },
  });

  function publish(event) {
    event.preventDefault();
    if (run.running) {
      return;
    }
    problem.textContent = '';
    try {
      const message = {
        path: path(),
        media: media.value,
        type: type.value.trim(),
        body: body.value,
        headers: headersOf(more.value),
      };
      answers.clear();
      const [total, perSecond] = [Number(times.value), Number(every.value)];
      opened.then(() => closed || run.start(message, total, perSecond)); // nobody is left to see or stop it
    } catch (wrong) {
      problem.textContent = wrong.message;
    }
  }

  const form = h(
    'form',
    { class: 'card publish-form', 'aria-label': 'What to publish', onsubmit: publish },
    h(
      'div',
      { class: 'publish-row' },
      field('Rule', rule),
      place,
      field('Media type', media),
      field('Event type', type),
    ),
    field('Body', body, '{{n}} is the number of the message.'),
    h(
      'details',
      {},
      h('summary', {}, 'Headers'),
      field(
        'One per line',
        more,
        'Not those that a browser keeps for itself. A token that you have signed in with is sent by itself.',
      ),
    ),
    h(
      'div',
      { class: 'publish-row' },
      field('How many', times),
      field('Per second', every),
      h('div', { class: 'tools publish-send' }, submit, stop, progress),
    ),
    problem,
    watching,
  );
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      form.requestSubmit();
    }
  });
  root.append(heading, trouble, h('div', { class: 'publish-panes' }, form, answers.element));

  knownRoutes()
    .then((known) => {
      if (closed) {
        return;
      }
      ({ routes, rules } = known);
      if (rules.length === 0) {
        form.hidden = true;
        trouble.replaceChildren(
          emptyBox(
            'Nothing takes messages',
            'A publish rule lets who may post to a path. One is configured like this:',
            h('pre', {}, '"publish": {\n  "news": {"path": "/news", "address": "news"}\n}'),
          ),
        );
        return;
      }
      rule.replaceChildren(...rules.map((each) => h('option', { value: each.name }, `${each.name}  ${each.path}`)));
      const wanted = parameters.get('path') || recent.path;
      const found = wanted ? rules.map((each) => [each, match(each.path, wanted)]).find(([, each]) => each) : undefined;
      rule.value = (found ? found[0] : rules[0]).name;
      showFields(found?.[1] ?? {});
    })
    .catch((failure) => {
      form.hidden = true;
      trouble.replaceChildren(problemBox(failure, () => location.reload()));
    });

  return {
    close() {
      closed = true;
      run.stop();
      feed?.close();
    },
  };
}
