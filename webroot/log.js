// A list of what happened, newest last, which never grows beyond its limit.
const LIMIT = 500;

export function createLog(list, state) {
  function append(kind, ...parts) {
    const follows = list.scrollHeight - list.scrollTop - list.clientHeight < 8;
    const item = document.createElement('li');
    item.className = kind;
    for (const [name, text] of parts) {
      const part = document.createElement('span');
      part.className = name;
      part.textContent = text;
      item.append(part, ' ');
    }
    list.append(item);
    while (list.childElementCount > LIMIT) {
      list.firstElementChild.remove();
    }
    if (follows) {
      list.scrollTop = list.scrollHeight;
    }
    return item;
  }

  return {
    status(kind, text) {
      state.className = `state ${kind}`;
      state.textContent = text;
      append(`status ${kind}`, ['text', text]);
    },
    event(event) {
      const item = append('event', ['id', event.id], ['type', event.type], ['data', event.data]);
      item.dataset.id = event.id;
    },
    clear() {
      list.replaceChildren();
    },
  };
}

const STATES = {
  open: ['open', 'connected'],
  waiting: ['lost', 'connection lost'],
  closed: ['closed', 'connection refused'],
};

// Shows a stream in a log: its events, its gaps, and how its connection is.
export function show(stream, log) {
  stream.on('*', log.event);
  stream.on('gap', (gap, event) => log.event(event));
  stream.on('state', ({ state }) => STATES[state] && log.status(...STATES[state]));
}
