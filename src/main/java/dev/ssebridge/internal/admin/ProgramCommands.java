package dev.ssebridge.internal.admin;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** What only the program can do, as it has a configuration file and a log of its own. */
public interface ProgramCommands {

  /**
   * Reads the configuration again, after what of that is under way.
   *
   * @return what it did: {@code changed} in one line, {@code restart} and {@code notChanged}; or
   *     {@code problems}, because of which nothing has changed
   */
  Future<JsonObject> reload();

  /** The least level of what the bridge itself logs, in one word. */
  String logLevel();

  /**
   * Sets it, until the configuration is read again or the program ends.
   *
   * @throws IllegalArgumentException if it is not valid, saying what was expected
   */
  void logLevel(String level);
}
