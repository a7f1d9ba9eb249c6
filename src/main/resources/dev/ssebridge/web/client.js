// Follows a stream of the bridge from a page:
//
//   import { follow } from '/sse-bridge/client.js';
//
//   const stream = follow('/news', {
//     types: ['message', 'alert'],
//     onEvent: (event) => show(event.type, event.data),
//     onGap: (gap) => reload(gap.missed),
//     onState: (state) => light(state),
//   });
//
// The browser's own EventSource does the work: it comes back by itself and resumes where it was.

// options, all of them optional:
//   types            the event types that onEvent gets; an EventSource drops all others
//   onEvent(event)   gets each MessageEvent
//   onGap(gap)       is told what is missing: { missed, reason, from, to }; missed is null where nobody knows how
//                    many; the MessageEvent is the second argument
//   onState(state)   'open'; 'lost', the browser will come back; 'closed', it was refused and will not
//   gapType          what the route calls its gaps
//   withCredentials  whether cookies are sent to another origin
export function follow(url, options = {}) {
  const { types = ['message'], gapType = 'sse.gap', withCredentials = false, onEvent, onGap, onState } = options;
  const source = new EventSource(url, { withCredentials });
  const listened = new Set();

  // A server may call an event 'open' or 'error', as the browser calls its own two.
  function on(type, handler) {
    source.addEventListener(type, (event) => event instanceof MessageEvent && handler?.(event));
  }

  function onOwn(type, handler) {
    source.addEventListener(type, (event) => event instanceof MessageEvent || handler());
  }

  function listen(type) {
    if (!listened.has(type)) {
      listened.add(type);
      on(type, onEvent);
    }
  }

  const answered = new Promise((resolve) => {
    onOwn('open', resolve);
    onOwn('error', resolve);
  });
  onOwn('open', () => onState?.('open'));
  onOwn('error', () => onState?.(source.readyState === EventSource.CLOSED ? 'closed' : 'lost'));
  on(gapType, (event) => onGap?.(JSON.parse(event.data), event));
  types.forEach(listen);

  return {
    // Asks for events of one more type.
    listen,
    // A promise: settled once the stream is open, or could not be opened.
    answered,
    // Ends the stream for good.
    close: () => source.close(),
  };
}
