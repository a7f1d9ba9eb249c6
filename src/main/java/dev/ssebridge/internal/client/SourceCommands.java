package dev.ssebridge.internal.client;

import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Commands for the sources that a Vert.x follows, in all its deployments, for its administrator.
 * Any thread. A command that cannot be carried out fails with a {@link SourceSet.RefusedException}.
 */
public final class SourceCommands {
  private SourceCommands() {}

  /** What every source is and does, those that are paused included, in the order of the names. */
  public static Future<JsonArray> list(Vertx vertx) {
    List<Future<JsonArray>> all =
        SourceGroup.all(vertx).values().stream().map(SourceCommands::listOf).toList();
    return Future.all(all)
        .map(
            done -> {
              List<JsonObject> sources = new ArrayList<>();
              all.forEach(some -> some.result().forEach(each -> sources.add((JsonObject) each)));
              sources.sort(Comparator.comparing(source -> source.getString("name")));
              return new JsonArray(sources);
            });
  }

  private static Future<JsonArray> listOf(SourceGroup group) {
    return group
        .sources()
        .list()
        .map(
            followed -> {
              JsonArray all = followed.copy();
              group
                  .paused()
                  .forEach(
                      name -> all.add(new JsonObject().put("name", name).put("state", "paused")));
              return all;
            });
  }

  /** Stops following a source until it is resumed; nothing where it is paused already. */
  public static Future<Void> pause(Vertx vertx, String name) {
    return of(vertx, name, SourceCommands::pause);
  }

  /** Follows a source again that was paused, from where it was; nothing where it is followed. */
  public static Future<Void> resume(Vertx vertx, String name) {
    return of(vertx, name, SourceCommands::resume);
  }

  /** Ends its stream and opens another, from where it was. */
  public static Future<Void> restart(Vertx vertx, String name) {
    return of(
        vertx, name, (group, same) -> pause(group, same).compose(paused -> resume(group, same)));
  }

  private static Future<Void> pause(SourceGroup group, String name) {
    if (group.paused().contains(name)) {
      return Future.succeededFuture();
    }
    if (!group.canResume(name)) {
      return SourceSet.refused(
          409,
          "source "
              + PrintableText.of(name)
              + ": expected one of the configuration, or one that a command has added, got one of"
              + " the application, which stops it itself");
    }
    return group.sources().stopped().stop(name);
  }

  private static Future<Void> resume(SourceGroup group, String name) {
    return group.paused().contains(name) ? group.resume(name) : Future.succeededFuture();
  }

  /** Follows one more source, which may use what {@code control.allow} says. */
  public static Future<Void> add(Vertx vertx, String name, JsonObject source) {
    for (SourceGroup group : SourceGroup.all(vertx).values()) {
      SourceControl control = group.control();
      if (control != null) {
        return group.inTurn(name, () -> control.add(name, source));
      }
    }
    return SourceSet.refused(
        409,
        "no sources can be added here, expected \"control\" with \"sources\" in the configuration");
  }

  /** Stops following a source that was added, and forgets it. */
  public static Future<Void> remove(Vertx vertx, String name) {
    return of(
        vertx,
        name,
        (group, same) -> {
          SourceControl control = group.control();
          return control != null && control.hasAdded(same)
              ? control.stop(same)
              : SourceSet.refused(
                  409,
                  "source "
                      + PrintableText.of(same)
                      + ": expected one that was added, got one of the configuration; pause it"
                      + " instead");
        });
  }

  /** Carries a command out when those for the same source before it are done. */
  private static Future<Void> of(
      Vertx vertx, String name, BiFunction<SourceGroup, String, Future<Void>> command) {
    for (SourceGroup group : SourceGroup.all(vertx).values()) {
      if (group.knows(name)) {
        return group.inTurn(
            name, () -> group.knows(name) ? command.apply(group, name) : none(name));
      }
    }
    return none(name);
  }

  private static Future<Void> none(String name) {
    return SourceSet.refused(
        404, "source " + PrintableText.of(name) + ": there is none of this name");
  }
}
