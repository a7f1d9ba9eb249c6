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
      const item = append('event', ['id', event.lastEventId], ['type', event.type], ['data', event.data]);
      item.dataset.id = event.lastEventId;
    },
    clear() {
      list.replaceChildren();
    },
  };
}

const STATES = { open: 'connected', lost: 'connection lost', closed: 'connection refused' };

// What a log shows of a stream: options for follow().
export function shownBy(log) {
  return {
    onEvent: log.event,
    onGap: (gap, event) => log.event(event),
    onState: (state) => log.status(state, STATES[state]),
  };
}
