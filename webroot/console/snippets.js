import { routeUrl } from './api.js';
import { session } from './session.js';

// What is shown here, said in other languages. A token is never among it: it stands in the environment.
const EVENT_ID = 'Last-Event-ID';

function shell(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

export function curl(url, lastEventId) {
  const parts = ['curl -N'];
  if (session.token) {
    parts.push('-H "Authorization: Bearer $TOKEN"');
  }
  if (lastEventId) {
    parts.push(`-H ${shell(`${EVENT_ID}: ${lastEventId}`)}`);
  }
  return [...parts, shell(url.href)].join(' ');
}

export function javaScript(url, start) {
  const options = Object.entries({ ...start, token: undefined })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name}: ${JSON.stringify(value)},`);
  if (session.token) {
    options.push('  token: async () => myToken(),');
  }
  const path = JSON.stringify(url.pathname + url.search);
  const call = options.length ? `connect(${path}, {\n${options.join('\n')}\n})` : `connect(${path})`;
  const module = JSON.stringify(routeUrl('/sse-bridge.js').pathname);
  return `import { connect } from ${module};

const stream = ${call};
stream.on('*', (event) => console.log(event.type, event.id, event.data));
stream.on('gap', ({ missed, reason }) => console.warn('missed', missed, reason));
stream.on('state', ({ state, reason }) => console.info(state, reason));`;
}

export function java(url, lastEventId) {
  const more = [];
  if (session.token) {
    more.push('    .setHeaders(Map.of("authorization", "Bearer " + System.getenv("TOKEN")))');
  }
  if (lastEventId) {
    more.push(`    .setLastEventId(${JSON.stringify(lastEventId)})`);
  }
  const create = more.length
    ? `EventSourceOptions options = new EventSourceOptions(${JSON.stringify(url.href)})\n${more.join('\n')};\n` +
      `EventSource source = EventSource.create(vertx, options);`
    : `EventSource source = EventSource.create(vertx, ${JSON.stringify(url.href)});`;
  return `${create}
source.handler(event -> System.out.println(event.id() + " " + event.data()));
source.connect();`;
}
