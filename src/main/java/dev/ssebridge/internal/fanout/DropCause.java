package dev.ssebridge.internal.fanout;

import java.util.Locale;

/** Why a message did not become an event that should have. */
public enum DropCause {
  /** More waited than {@code limits.waiting} permits. */
  WAITING,
  /** It came from the cluster and cannot be decoded. */
  UNDECODABLE,
  /** No codec knows its body. */
  NO_CODEC,
  /** The codec of the application failed. */
  CODEC_FAILED,
  /** It cannot be encoded. */
  UNENCODABLE,
  /** Its type is for the bridge alone. */
  RESERVED_TYPE,
  /** It has headers that are for the bridge alone. */
  RESERVED_HEADER,
  /** It is in the history, but nobody's claims can be what its JSON says. */
  FOR_NOBODY,
  /** The store of the history could not take it, and more waited than is permitted. */
  STORE,
  /** There were as many channels as there may be, and none for its address. */
  CHANNELS,
  /** It names itself as a message that is in the history already: nothing is lost. */
  DUPLICATE;

  /** As it stands in metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
