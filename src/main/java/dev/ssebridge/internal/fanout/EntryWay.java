package dev.ssebridge.internal.fanout;

import java.util.Locale;

/** How an event came in. */
public enum EntryWay {
  /** Somebody published it on the event bus. */
  BUS,
  /** It was posted to this bridge, or to another one of this process. */
  HTTP,
  /** It is of a remote stream that is followed. */
  SOURCE,
  /** Another node has put it into the store that is behind the history. */
  STORE;

  /** As it stands in metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
