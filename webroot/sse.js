import { createLog, follow } from './log.js';

const log = createLog(document.getElementById('log'), document.getElementById('state'));
const source = new EventSource('/events');

follow(source, log);
for (const type of ['message', 'my-custom-event', 'sse.gap']) {
  source.addEventListener(type, log.event);
}
