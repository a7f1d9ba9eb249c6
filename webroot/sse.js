import { connect } from './sse-bridge.js';
import { createLog, show } from './log.js';

const log = createLog(document.getElementById('log'), document.getElementById('state'));

show(connect('/events', { shared: true }), log);
