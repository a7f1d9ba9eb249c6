package dev.ssebridge.internal.client;

import dev.ssebridge.internal.config.ConfigException;
import dev.ssebridge.internal.config.SourceConfig;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.BiFunction;

/**
 * Takes commands for the sources from the event bus: {@code {"command":"list"}}, {@code
 * {"command":"add","name":"..","source":{..}}}, {@code {"command":"stop","name":".."}}. Replies
 * with {@code {"sources":[..]}} or {@code {}}; a command that fails is answered with a failure
 * whose code is 400, 404, 409, 500 or 503, and a message.
 */
public final class SourceControl {
  private final SourceSet sources;
  private final BiFunction<String, SourceConfig, Future<Void>> add;

  /**
   * @param add adds a source on the context it shall live on
   */
  public SourceControl(SourceSet sources, BiFunction<String, SourceConfig, Future<Void>> add) {
    this.sources = sources;
    this.add = add;
  }

  /** Carries out one command and replies. */
  public void handle(Message<Object> message) {
    Future<JsonObject> result;
    try {
      result = carryOut(message.body());
    } catch (RuntimeException e) {
      result = Future.failedFuture(e);
    }
    result.onComplete(
        message::reply,
        failure -> message.fail(statusOf(failure), String.valueOf(failure.getMessage())));
  }

  private Future<JsonObject> carryOut(Object body) {
    if (!(body instanceof JsonObject command)) {
      throw wrong("expected a JSON object such as {\"command\":\"list\"}, got " + body);
    }
    String verb = command.getValue("command") instanceof String text ? text : "";
    return switch (verb) {
      case "list" -> sources.list().map(list -> new JsonObject().put("sources", list));
      case "add" -> add.apply(name(command), config(command)).map(done -> new JsonObject());
      case "stop" -> sources.stop(name(command)).map(done -> new JsonObject());
      default ->
          throw wrong(
              "/command: expected \"add\", \"stop\" or \"list\", got "
                  + new JsonArray().add(command.getValue("command")).getValue(0));
    };
  }

  private static String name(JsonObject command) {
    if (command.getValue("name") instanceof String name && name.matches("[A-Za-z0-9_.-]{1,64}")) {
      return name;
    }
    throw wrong("/name: expected 1..64 of A-Z a-z 0-9 _ . -, got " + command.getValue("name"));
  }

  private static SourceConfig config(JsonObject command) {
    if (command.getValue("source") instanceof JsonObject source) {
      return SourceConfig.read(source);
    }
    throw wrong("/source: expected a JSON object, got " + command.getValue("source"));
  }

  private static SourceSet.RefusedException wrong(String message) {
    return new SourceSet.RefusedException(400, message);
  }

  private static int statusOf(Throwable failure) {
    if (failure instanceof SourceSet.RefusedException refused) {
      return refused.status();
    }
    return failure instanceof ConfigException || failure instanceof IllegalArgumentException
        ? 400
        : 500;
  }
}
