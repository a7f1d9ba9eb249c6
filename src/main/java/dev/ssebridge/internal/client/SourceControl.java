package dev.ssebridge.internal.client;

import dev.ssebridge.internal.config.ControlConfig;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes commands for the sources from the event bus: {@code {"command":"list"}}, {@code
 * {"command":"add","name":"..","source":{..}}}, {@code {"command":"stop","name":".."}}. Replies
 * with {@code {"sources":[..]}} or {@code {}}; a command that fails is answered with a failure
 * whose code is 400, 403, 404, 409, 500 or 503, and a message.
 *
 * <p>What is added may use only what the configuration allows such sources.
 */
public final class SourceControl {
  private static final System.Logger LOG = System.getLogger(SourceControl.class.getName());

  private final Vertx vertx;
  private final SourceSet sources;
  private final @Nullable SourceFile file;

  // written by the thread that configures
  private volatile ControlConfig config;

  /** What was added, by name, as it was written; also what could not be added again. */
  private final Map<String, JsonObject> added = new ConcurrentSkipListMap<>();

  private SourceControl(
      Vertx vertx, SourceSet sources, ControlConfig config, @Nullable SourceFile file) {
    this.vertx = vertx;
    this.sources = sources;
    this.config = config;
    this.file = file;
  }

  /** Begins, with what was added before the last restart. */
  public static Future<SourceControl> start(Vertx vertx, SourceSet sources, ControlConfig config) {
    String path = config.persist();
    if (path == null) {
      return Future.succeededFuture(new SourceControl(vertx, sources, config, null));
    }
    return vertx
        .executeBlocking(() -> Kept.read(path))
        .compose(
            kept -> {
              SourceControl control = new SourceControl(vertx, sources, config, kept.file());
              return control.restore(kept.sources()).map(control);
            });
  }

  private record Kept(SourceFile file, Map<String, JsonObject> sources) {
    static Kept read(String path) throws IOException {
      SourceFile file = SourceFile.take(path);
      try {
        return new Kept(file, file.read());
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    }
  }

  /** One that cannot be added again is told and left out; the others come all the same. */
  private Future<Void> restore(Map<String, JsonObject> kept) {
    List<Future<Void>> all = new ArrayList<>();
    kept.forEach((name, source) -> added.put(name, source.copy()));
    kept.forEach(
        (name, source) ->
            all.add(
                follow(name, source)
                    .otherwise(
                        failure -> {
                          LOG.log(
                              System.Logger.Level.WARNING,
                              "control.persist: source {0} is not added again, and kept for the next start: {1}",
                              PrintableText.of(name),
                              PrintableText.of(String.valueOf(failure.getMessage())));
                          return null;
                        })));
    return Future.join(all).mapEmpty();
  }

  /** From now on, sources may use what this says. Any thread. */
  void change(ControlConfig other) {
    config = other;
  }

  /** Carries out one command and replies. */
  public void handle(Message<Object> message) {
    Future<JsonObject> result;
    try {
      result = carryOut(message.body());
    } catch (RuntimeException | Error e) {
      result = Future.failedFuture(e);
    }
    result.onComplete(
        message::reply,
        failure -> message.fail(statusOf(failure), String.valueOf(failure.getMessage())));
  }

  private Future<JsonObject> carryOut(@Nullable Object body) {
    if (!(body instanceof JsonObject command)) {
      throw wrong("expected a JSON object such as {\"command\":\"list\"}");
    }
    String verb = command.getValue("command") instanceof String text ? text : "";
    return switch (verb) {
      case "list" -> sources.list().map(list -> new JsonObject().put("sources", list));
      case "add" -> add(name(command), source(command)).map(done -> new JsonObject());
      case "stop" -> stop(name(command)).map(done -> new JsonObject());
      case "start" -> sources.stopped().start(name(command)).map(done -> new JsonObject());
      default ->
          throw wrong(
              "/command: expected \"add\", \"stop\", \"start\" or \"list\", got "
                  + new JsonArray().add(command.getValue("command")).encode());
    };
  }

  /** Those that were added, followed or not. */
  Set<String> added() {
    return Set.copyOf(added.keySet());
  }

  /** Whether it was added. */
  boolean hasAdded(String name) {
    return added.containsKey(name);
  }

  /** Follows one again that was added, and is not followed. */
  Future<Void> resume(String name) {
    JsonObject source = added.get(name);
    return source == null
        ? SourceSet.refused(
            404, "source " + PrintableText.of(name) + ": there is none of this name")
        : follow(name, source, sources.stopped().positionOf(name))
            .onSuccess(followed -> sources.stopped().forget(name));
  }

  /** Follows one more source, and keeps it. */
  Future<Void> add(String name, JsonObject source) {
    boolean isPaused =
        sources.stopped().contains(name)
            || (added.containsKey(name) && !sources.names().containsKey(name));
    if (isPaused) {
      return SourceSet.refused(
          409, "source " + PrintableText.of(name) + ": there is one of this name, which is paused");
    }
    return follow(name, source)
        .compose(
            followed ->
                save()
                    .recover(
                        failure -> stop(name).transform(stopped -> Future.failedFuture(failure))));
  }

  private Future<Void> follow(String name, JsonObject json) {
    return follow(name, json, null);
  }

  /**
   * @param before the position to go on from, or null for what was kept
   */
  private Future<Void> follow(String name, JsonObject json, @Nullable String before) {
    SourceConfig source;
    try {
      source = SourceConfig.read(json);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
    List<String> refusals = config.allow().refusals(source);
    if (!refusals.isEmpty()) {
      return SourceSet.refused(403, String.join("; ", refusals));
    }
    SourceSetup.Reach reach =
        config.allow().isAnywhere() ? SourceSetup.Reach.ANYWHERE : SourceSetup.Reach.NAMED_HOSTS;
    return sources
        .add(name, source, sources.leastLoaded(), before, reach)
        .onSuccess(followed -> added.put(name, json.copy()));
  }

  /** Stops following a source; one that was added is forgotten. */
  Future<Void> stop(String name) {
    StoppedSources stopped = sources.stopped();
    return (stopped.canStart(name) ? stopped.stop(name) : sources.stop(name))
        .recover(
            failure ->
                added.containsKey(name)
                    ? Future.succeededFuture() // kept, and not followed
                    : Future.failedFuture(failure))
        .compose(done -> forget(name));
  }

  private Future<Void> forget(String name) {
    if (added.remove(name) == null) {
      return Future.succeededFuture();
    }
    sources.stopped().forget(name);
    return save();
  }

  /** Saves do not overtake each other, and each keeps what there is when it is its turn. */
  private Future<Void> save() {
    return blocking(file -> file.write(added));
  }

  /** Lets others have the file. The sources are not stopped. */
  public Future<Void> close() {
    return blocking(SourceFile::close);
  }

  private interface Step {
    void take(SourceFile file) throws IOException;
  }

  private Future<Void> blocking(Step step) {
    SourceFile kept = file;
    if (kept == null) {
      return Future.succeededFuture();
    }
    return vertx.executeBlocking(
        () -> {
          synchronized (kept) {
            step.take(kept);
          }
          return null;
        });
  }

  private static String name(JsonObject command) {
    if (command.getValue("name") instanceof String name) {
      return name;
    }
    throw wrong("/name: expected text, 1..64 of A-Z a-z 0-9 _ . -");
  }

  private static JsonObject source(JsonObject command) {
    if (command.getValue("source") instanceof JsonObject source) {
      return source;
    }
    throw wrong("/source: expected a JSON object");
  }

  private static SourceSet.RefusedException wrong(String message) {
    return new SourceSet.RefusedException(400, message);
  }

  private static int statusOf(Throwable failure) {
    if (failure instanceof SourceSet.RefusedException refused) {
      return refused.status();
    }
    return failure instanceof IllegalArgumentException ? 400 : 500;
  }
}
