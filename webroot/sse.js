import { follow } from './sse-bridge/client.js';
import { createLog, shownBy } from './log.js';

const log = createLog(document.getElementById('log'), document.getElementById('state'));

follow('/events', { types: ['message', 'my-custom-event'], ...shownBy(log) });
