// What is tested: the module as it stands, or, with SSE_BRIDGE, the file that is served.
const { connect, decoder, serve, ticket } = await import(process.env.SSE_BRIDGE ?? '../../main/js/sse-bridge.js');

export { connect, decoder, serve, ticket };
