package dev.ssebridge.internal.config;

import dev.ssebridge.AdminOptions;
import dev.ssebridge.auth.AdminGrant;
import dev.ssebridge.internal.url.HostNames;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The admin interface, and its port in the program.
 *
 * @param host the address that it listens on
 * @param port 0 for any that is free
 * @param loopTimeout how long an event loop may take to answer
 * @param bodyTimeout how long a client may take to send a body
 * @param console whether the console is served
 * @param auth who may use it
 * @param authorities which of them is enough for what, beside grants
 */
public record AdminConfig(
    String host,
    int port,
    Duration loopTimeout,
    Duration bodyTimeout,
    boolean console,
    AuthChoice auth,
    Map<AdminGrant, String> authorities) {

  static @Nullable AdminConfig of(@Nullable AdminOptions options, Place at) {
    if (options == null) {
      return null;
    }
    Map<AdminGrant, String> authorities = new EnumMap<>(AdminGrant.class);
    put(authorities, AdminGrant.READ, options.getReadAuthority());
    put(authorities, AdminGrant.WRITE, options.getWriteAuthority());
    return new AdminConfig(
        options.getHost(),
        options.getPort(),
        options.getLoopTimeout(),
        options.getBodyTimeout(),
        options.isConsole(),
        AuthChoice.of(options.getAuth(), at),
        authorities);
  }

  private static void put(
      Map<AdminGrant, String> authorities, AdminGrant grant, @Nullable String authority) {
    if (authority != null) {
      authorities.put(grant, authority);
    }
  }

  /** That of an application which says nothing of it. */
  public static AdminConfig usual() {
    AdminOptions options = new AdminOptions();
    return new AdminConfig(
        options.getHost(),
        options.getPort(),
        options.getLoopTimeout(),
        options.getBodyTimeout(),
        options.isConsole(),
        AuthChoice.ALL,
        Map.of());
  }

  /** The same on any port that is free. */
  AdminConfig onFreePort() {
    return new AdminConfig(host, 0, loopTimeout, bodyTimeout, console, auth, authorities);
  }

  /** Whether others than programs of the machine itself can connect. */
  public boolean isOpenToOthers() {
    return !HostNames.isLoopback(host);
  }
}
