import { refused, routeUrl } from './api.js';
import { session } from './session.js';
import { connect } from './sse-bridge.js';
import { utf8Length } from './format.js';

// What a stream brings, as items of a list: events, and marks for what happened to the stream: gaps, reconnections, the
// ends of sources, a store that is down.
const SOURCE_WORDS = { down: 'is down', open: 'is back', closed: 'has stopped for good' };

// start: { kind: 'now' | 'earliest' | 'last' | 'since' | 'id', value }
export function queryOf(start, addresses = []) {
  const query = new URLSearchParams();
  addresses.forEach((address) => query.append('address', address));
  if (start.kind === 'earliest') {
    query.set('from', 'earliest');
  } else if (start.kind === 'last' || start.kind === 'since') {
    query.set(start.kind, start.value);
  }
  return query;
}

// The options of connect() that say the same.
export function optionsOf(start) {
  switch (start.kind) {
    case 'earliest':
      return { from: 'earliest' };
    case 'last':
      return { last: Number(start.value) };
    case 'since':
      return { since: start.value };
    case 'id':
      return { lastEventId: start.value };
    default:
      return {};
  }
}

export function urlOf(path, start, addresses) {
  const url = routeUrl(path);
  if (url) {
    queryOf(start, addresses).forEach((value, name) => url.searchParams.append(name, value));
  }
  return url;
}

function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return {};
  }
}

// An event as an item; those of the bridge itself are marks.
function itemOf(event, gapType) {
  const item = { time: Date.now(), type: event.type, id: event.id, data: event.data, size: utf8Length(event.data) };
  const more = event.type.startsWith('sse.') || event.type === gapType ? parsed(event.data) : null;
  if (more === null) {
    return { ...item, kind: 'event' };
  }
  if (event.type === gapType || event.type === 'sse.gap') {
    return {
      ...item,
      kind: 'gap',
      missed: more.missed ?? null,
      reason: more.reason ?? '',
      from: more.from,
      to: more.to,
      policy: more.policy,
    };
  }
  switch (event.type) {
    case 'sse.source':
      return {
        ...item,
        kind: more.state === 'open' ? 'source good' : 'source',
        text: [`Source ${more.source ?? ''} ${SOURCE_WORDS[more.state] ?? more.state}`, more.reason, more.status]
          .filter(Boolean)
          .join(' · '),
      };
    case 'sse.store':
      return {
        ...item,
        kind: more.state === 'up' ? 'store good' : 'store',
        text: more.state === 'up' ? 'The store of the history is back' : 'The store of the history is down',
      };
    case 'sse.auth':
      return { ...item, kind: 'note', text: `The token ends at ${more.expires ?? 'some time soon'}` };
    case 'sse.refused':
      return { ...item, kind: 'lost', text: `Refused for now: ${more.reason ?? 'no reason told'}` };
    default:
      return { ...item, kind: 'event' };
  }
}

const OWN = ['sse.source', 'sse.store', 'sse.auth', 'sse.refused'];

// Follows a path; take(item) gets what comes, told(state) each state of the connection as the module tells it.
export function followPath({ path, start, addresses, gapType, heartbeat, take, told }) {
  const url = urlOf(path, { kind: 'now' }, addresses);
  const stream = connect(url.href, {
    ...optionsOf(start),
    gapType,
    heartbeat,
    history: 1, // what is kept is kept here
    token: async () => session.token,
  });
  const put = (event) => take(itemOf(event, gapType));
  stream.on('*', put);
  OWN.forEach((type) => stream.on(type, put));
  stream.on('gap', (gap, event) => put(event));
  const { token } = session;
  stream.on('state', (now) => {
    told(now);
    if (now.state === 'closed' && now.status === 401 && token === session.token) {
      refused(now.reason);
    }
  });
  return {
    // The id that it would go on after.
    get id() {
      return stream.id;
    },
    close: () => stream.close(),
  };
}
