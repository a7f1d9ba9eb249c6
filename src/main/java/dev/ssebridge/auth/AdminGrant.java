package dev.ssebridge.auth;

/** What somebody may do through the admin interface. */
public enum AdminGrant {
  /** Look at everything that it tells. */
  READ,

  /** The same, and change what it can change: end streams, reload, command sources. */
  WRITE;

  /** Whether this is enough for what needs the other. */
  public boolean includes(AdminGrant needed) {
    return compareTo(needed) >= 0;
  }
}
