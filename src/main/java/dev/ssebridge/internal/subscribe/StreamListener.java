package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.auth.Access;
import dev.ssebridge.internal.auth.AuthDecisions;
import dev.ssebridge.internal.auth.Authorizer;
import dev.ssebridge.internal.config.OwnAddresses;
import dev.ssebridge.internal.http.Gate;
import dev.ssebridge.internal.http.Rates;
import dev.ssebridge.internal.http.Remotes;
import org.jspecify.annotations.Nullable;

/** What the subscribe handlers of a bridge need to know of it. */
public interface StreamListener {

  /** The name of the bridge among bridges that follow each other. */
  String name();

  /** Tells who sent a request. */
  Remotes remotes();

  /** How often something may happen. */
  Rates rates();

  /** What every stream and every message has to pass; shut when the bridge is closed. */
  Gate gate();

  /** Who of the application decides requests, and is told of streams. */
  StreamHandlers handlers();

  /** Whether each stream has a line in the access log when it has ended. */
  boolean logsAccess();

  /** Whether streams whose history is in this store have been told that it is down. */
  boolean isToldDown(String store);

  /** The addresses that no stream may be of. */
  OwnAddresses ownAddresses();

  /** Who finds out who asks; {@code null} where nobody has to show it. */
  @Nullable Access access();

  /** Who of the application says what somebody is authorised for. */
  Authorizer authorizer();

  /** Counts what is decided about those who ask. */
  AuthDecisions authDecisions();

  /** How long the application may take for its decision. */
  long decisionMillis();
}
