package dev.ssebridge.auth;

/** Whether users have to show who they are. */
public enum AuthMode {
  /** They have to, except where something says otherwise itself. */
  REQUIRED,
  /** They need not, and that is meant. */
  NONE
}
