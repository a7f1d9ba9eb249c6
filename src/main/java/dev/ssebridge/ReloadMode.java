package dev.ssebridge;

/** When the program reads its configuration again. */
public enum ReloadMode {
  /** On the signal SIGHUP. */
  SIGNAL,
  /** Also when one of the files changes. */
  WATCH
}
