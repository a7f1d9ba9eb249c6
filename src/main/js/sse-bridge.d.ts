/** An event of the stream, as it came. */
export interface StreamEvent {
  /** The last event id: the one that the event has, or else that of an event before it; '' where there is none. */
  readonly id: string;
  /** What the server calls it; 'message' where it says nothing. */
  readonly type: string;
  readonly data: string;
  /** The data, read as JSON. Throws a SyntaxError where it is none. */
  json(): any;
}

/** Events that this client does not get. */
export interface Gap {
  /** How many, or null where nobody knows. */
  missed: number | null;
  /**
   * Why: see "The gap event" on the page protocol.md. A loop that is too slow gets 'overflow'. null where the server does
   * not say.
   */
  reason: string | null;
  /** The id before the gap. */
  from?: string;
  /** The id behind it. */
  to?: string;
  /** 'conflate': only older states of what has come, or still comes, are missing. */
  policy?: string;
}

export interface State {
  /** closed is for good; after waiting it goes on by itself. */
  state: 'connecting' | 'open' | 'waiting' | 'closed';
  /** The status of the last answer, or null where there was none. */
  status: number | null;
  /** Why it is waiting or closed, for people to read. */
  reason: string | null;
  /** While waiting: milliseconds to the next attempt. null where something else must happen before. */
  retryInMs: number | null;
}

/** Why a token is asked for: for a connection, after a 401, or since the one in use ends soon. */
export type TokenReason = 'connect' | 'refused' | 'expires' | 'ticket';

export interface Options {
  /** One connection for all tabs of the origin that ask for the same. Default false. */
  shared?: boolean;
  /** Promises a bearer token; called before each connection, after a 401, and when the token in use ends soon. */
  token?: (why: TokenReason) => string | null | undefined | Promise<string | null | undefined>;
  /** With shared and token: whom the token is for. Needed for tokens that are no JWTs with a claim `sub`. */
  user?: string;
  /** Where to begin: with the oldest event that there is, or (the default) the next. */
  from?: 'earliest' | 'latest' | 'now';
  /** Or: with the newest n events. */
  last?: number;
  /** Or: with those since an instant, or for a time like '5m'. */
  since?: string;
  /** Or: after this event. */
  lastEventId?: string;
  /** The types that '*', the lists and loops get. Default: all but those that begin with 'sse.'. */
  types?: string | string[];
  /** What the route calls its gaps. Default 'sse.gap'. */
  gapType?: string;
  /** Milliseconds: what the route says. Two of them without a byte end a connection; 0: none does. Default 15000. */
  heartbeat?: number;
  /** Milliseconds until the head of an answer; 0: any time. Default 30000. */
  connectTimeout?: number;
  /** The most characters of an event. Default 16777216. */
  maxEvent?: number;
  /** The most events that history() has. Default 100. */
  history?: number;
  /** The most characters of all events that history() has. Default 1048576. */
  historySize?: number;
  /** The most events that wait for a loop. Default 1000. */
  queue?: number;
  /** More headers of the request, as an object or as what fetch takes for them. */
  headers?: Record<string, string> | Iterable<[string, string]>;
  /** Whether cookies go along, as in fetch. Default 'same-origin'. */
  credentials?: 'include' | 'omit' | 'same-origin';
  /** With shared: where this module is served as a file of its own, or false for no worker. Default: where it came from. */
  worker?: string | URL | false;
  /** Closes the stream when it is aborted. */
  signal?: AbortSignal;
}

export interface Stream extends AsyncIterable<StreamEvent> {
  /** Gaps. Answers a function that ends this, as each on() does. */
  on(name: 'gap', handler: (gap: Gap, event: StreamEvent) => void): () => void;
  /** Changes of the connection. */
  on(name: 'state', handler: (state: State) => void): () => void;
  /** Events of one type, or, with '*', of all types that are wanted. */
  on(type: string, handler: (event: StreamEvent) => void): () => void;
  /** Ends it for good. */
  close(): void;
  /** The newest event (of a type) in the history. */
  latest(type?: string): StreamEvent | undefined;
  /** The newest n events, oldest first. */
  history(n?: number): StreamEvent[];
  /** How the connection is. */
  readonly state: State;
  /** The last event id, to go on from elsewhere. */
  readonly id: string;
}

/** Follows a stream until it is closed, or the server says that it is over. */
export function connect(url: string | URL, options?: Options): Stream;

/** Promises the URL for a plain EventSource: with a ticket, which the token buys. */
export function ticket(url: string | URL, options: { token: NonNullable<Options['token']> }): Promise<string>;

/** A part of what comes: without a type it only moves the position. */
export interface Block {
  id: string;
  /** Whether the block has an id itself. */
  own: boolean;
  type?: string;
  data?: string;
}

/** Decodes the bytes of one response, in pieces of any size. Throws where an event has more than maxEvent characters. */
export function decoder(
  on: { block(block: Block): void; comment?(text: string): void; retry?(milliseconds: number): void },
  lastEventId?: string,
  maxEvent?: number,
): (bytes: Uint8Array) => void;
